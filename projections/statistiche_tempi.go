package projections

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// borders are where the buckets of times begin, in microseconds: from a millisecond to a
// year, each at most 4 % after the one before. Bucket i ends where the i-th begins: the
// first holds what was quicker, the last what took longer. They are whole numbers, the same
// on every machine. Once rows are written they never change.
var borders = func() (b []int64) {
	for at := time.Millisecond.Microseconds(); at < (365 * 24 * time.Hour).Microseconds(); at += at / 25 {
		b = append(b, at)
	}
	return b
}()

// literalBorders are the borders in SQL: a constant of a statement is read once.
var literalBorders = func() string {
	texts := make([]string, len(borders))
	for i, at := range borders {
		texts[i] = strconv.FormatInt(at, 10)
	}
	return "'{" + strings.Join(texts, ",") + "}'"
}()

// Tempi are how long things took: how many are in each bucket. Those of several days or
// bodies are merged by adding.
type Tempi map[int]int64

// Count is how many there are.
func (t Tempi) Count() (n int64) {
	for _, of := range t {
		n += of
	}
	return n
}

// Within returns how long at most a share of them took, more than 0 and up to 1, within
// 2 %; 0 if there are none.
func (t Tempi) Within(share float64) time.Duration {
	rank := int64(math.Ceil(share * float64(t.Count())))
	for _, i := range slices.Sorted(maps.Keys(t)) {
		if rank -= t[i]; rank <= 0 {
			return middle(i)
		}
	}
	return 0
}

// middle is the time that stands for those of a bucket.
func middle(bucket int) time.Duration {
	from, to := borders[max(bucket, 1)-1], borders[min(bucket, len(borders)-1)]
	return time.Duration(from+to) / 2 * time.Microsecond
}
