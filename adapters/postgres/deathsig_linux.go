package postgres

import "syscall"

// dieWithParent has the kernel interrupt the process when its parent dies.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGINT }
