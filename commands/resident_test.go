package commands

import (
	"fmt"
	"testing"
)

func TestOfMoreThanThereIsRoomForMostAreStillFound(t *testing.T) {
	const most, streams = 1000, 1100
	var r resident[int]
	turn := func() (found int) {
		for i := range streams {
			if v, ok := r.get(fmt.Sprint(i)); ok {
				found++
				if v != i {
					t.Fatalf("%d is remembered as %d", i, v)
				}
			}
			r.put(fmt.Sprint(i), i, most)
			if len(r.values) > most {
				t.Fatalf("%d are remembered", len(r.values))
			}
		}
		return found
	}
	turn()
	if found := turn(); found < most/2 {
		t.Errorf("of %d streams asked for in turn %d are found", streams, found)
	}
}
