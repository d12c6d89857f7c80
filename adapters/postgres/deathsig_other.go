//go:build unix && !linux

package postgres

import "syscall"

// dieWithParent is not on offer here: a server left behind is stopped at the
// next start.
func dieWithParent(*syscall.SysProcAttr) {}
