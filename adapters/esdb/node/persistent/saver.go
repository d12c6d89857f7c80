package persistent

// saver does the writes of one group, in order, on a goroutine of its own, so that
// the group does not wait for the disk.
type saver struct {
	jobs *mailbox[func()]
	done chan struct{}
}

func newSaver() *saver {
	s := &saver{jobs: newMailbox[func()](), done: make(chan struct{})}
	go s.run()
	return s
}

func (s *saver) run() {
	defer close(s.done)
	var jobs []func()
	for !s.jobs.done() {
		<-s.jobs.wake
		jobs = s.jobs.take(jobs)
		for _, job := range jobs {
			job()
		}
	}
}

// close returns when all jobs are done.
func (s *saver) close() {
	s.jobs.close()
	<-s.done
}
