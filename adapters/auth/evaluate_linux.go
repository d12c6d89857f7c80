package auth

import (
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// longSlice is the longest time that a thread may ask to keep a processor for.
const longSlice = 100 * time.Millisecond

// yield gives every thread the niceness, and lets what wakes up have the processor of who
// evaluates at once, not after some milliseconds: since Linux 6.12 who asks for a shorter
// slice interrupts who asks for a longer one. Older kernels know no slices. If it is
// refused, passwords are evaluated all the same.
func yield() {
	done := map[string]bool{}
	for before := -1; len(done) > before; { // one may have started another before its turn came; later ones are as those that start them
		before = len(done)
		threads, _ := os.ReadDir("/proc/self/task")
		for _, t := range threads {
			if id, err := strconv.Atoi(t.Name()); err == nil && !done[t.Name()] {
				done[t.Name()] = true
				_ = unix.SchedSetAttr(id, &unix.SchedAttr{
					Size: unix.SizeofSchedAttr, Policy: unix.SCHED_NORMAL, Nice: niceness, Runtime: uint64(longSlice),
				}, 0)
			}
		}
	}
}
