package domain

import "time"

// nextNotice returns how many days ahead of an end it is to be announced next, of those
// on which it is, and from which instant on, when it was last announced so many days
// ahead (0: not yet). Ok is false when nothing is left to announce.
func nextNotice(days []int, announced int, from func(days int) time.Time) (next int, at time.Time, ok bool) {
	next, ok = find(days, func(d int) bool { return announced == 0 || d < announced })
	if ok {
		at = from(next)
	}
	return next, at, ok
}

// dueNotice returns the announcement that is due: of several that were missed, the
// last alone.
func dueNotice(announced int, now time.Time, next func(announced int) (int, time.Time, bool)) (days int, due bool) {
	for {
		ahead, at, ok := next(announced)
		if !ok || now.Before(at) {
			return days, due
		}
		days, due, announced = ahead, true, ahead
	}
}
