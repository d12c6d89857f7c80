package domain

import (
	"slices"
	"time"
)

// ConvenzioneCategory is the category of the streams of acts.
const ConvenzioneCategory = "convenzione"

// ConvenzioneNotices are how many days before its last day an act is announced to
// end, once each.
var ConvenzioneNotices = [...]int{60, 30, 7}

// NextConvenzioneNotice returns how many days before the last day of an act its end
// is to be announced next, when it was last announced so many days before (0: not
// yet), and from which instant on: the beginning of that day in Italy. Ok is false
// when nothing is left to announce.
func NextConvenzioneNotice(al Date, announced int) (days int, at time.Time, ok bool) {
	if !al.Complete() {
		return 0, at, false
	}
	return nextNotice(ConvenzioneNotices[:], announced, func(days int) time.Time { return ItalianInstant(al.Plus(-days), 0) })
}

// ExpiryNotice returns the announcement that is due of the end of the act activated
// last: of several that were missed, the last alone. The end of an act that was ended
// before is not announced.
func (s Convenzione) ExpiryNotice(now time.Time) (days int, due bool) {
	if s.Ended {
		return 0, false
	}
	return dueNotice(s.announced(), now, func(announced int) (int, time.Time, bool) {
		return NextConvenzioneNotice(s.Last().Al, announced)
	})
}

// announced is the fewest days before its end that the act activated last was
// announced to end, 0 if it was not.
func (s Convenzione) announced() int {
	if len(s.Announced) == 0 {
		return 0
	}
	return slices.Min(s.Announced)
}
