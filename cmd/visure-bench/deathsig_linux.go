package main

import "syscall"

// dieWithParent has the kernel end the process, gracefully, when its parent dies.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGTERM }
