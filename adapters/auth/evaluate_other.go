//go:build unix && !linux

package auth

import "syscall"

// yield gives the process the niceness. If it is refused, passwords are evaluated all the
// same.
func yield() { _ = syscall.Setpriority(syscall.PRIO_PROCESS, 0, niceness) }
