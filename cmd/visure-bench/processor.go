package main

import "time"

// usage is the processor time spent so far: by a server, with all that is in its
// process, and by its PostgreSQL, with all its processes.
type usage struct{ server, postgresql time.Duration }

// usageOf reads the time of a server and of all that descends from it, ended
// children with them; zero where the system does not tell.
func usageOf(server int) (u usage, err error) {
	head, others, err := family(server)
	u.server = head.own
	for _, p := range others {
		u.postgresql += p.own + p.children
	}
	return u, err
}
