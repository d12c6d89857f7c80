package pages

import (
	"net/url"
	"strconv"
	"testing"
)

// at is a page of a list of some pages, each full, as the address of one leads to it: the
// cursor of a page is its number.
func at(t *testing.T, address string, last int) (n int, v listed) {
	t.Helper()
	q, err := url.ParseQuery(address[1:])
	if err != nil {
		t.Fatal(err)
	}
	next, n := "", 1
	if cursor := q.Get("dopo"); cursor != "" {
		if n, err = strconv.Atoi(cursor); err != nil {
			t.Fatal(err)
		}
	}
	if n < last {
		next = strconv.Itoa(n + 1)
	}
	if q.Get("stato") != "attivi" {
		t.Errorf("page %d has lost the filter: %s", n, address)
	}
	v.leaf(q, rowsPerPage, next)
	if want := (n-1)*rowsPerPage + 1; v.First != want || v.Last != want+rowsPerPage-1 {
		t.Errorf("page %d says %d to %d", n, v.First, v.Last)
	}
	return n, v
}

// A list that is read forwards is turned back page by page, by the way one came: at most
// so many pages, and from wherever that ends to the first.
func TestAListIsTurnedBackTheWayOneCame(t *testing.T) {
	t.Parallel()
	const last, back = longestTrail + 5, "?stato=attivi"
	_, v := at(t, back+"&at_least=1-1", last)
	if v.Newer != "" || v.Start != "" {
		t.Errorf("before the first is %q, %q", v.Newer, v.Start)
	}
	for want := 2; want <= last; want++ {
		var n int
		if n, v = at(t, v.Older, last); n != want {
			t.Fatalf("after %d comes %d", want-1, n)
		}
	}
	if v.Older != "" {
		t.Errorf("after the last is %s", v.Older)
	}
	for want := last - 1; want >= last-longestTrail; want-- {
		var n int
		if n, v = at(t, v.Newer, last); n != want {
			t.Fatalf("before %d comes %d", want+1, n)
		}
	}
	if v.Newer != "" || v.Start != back {
		t.Errorf("so far back is %q, %q", v.Newer, v.Start)
	}
	_, v = at(t, v.Start, last)
	_, second := at(t, v.Older, last)
	if second.Newer != back || second.Start != "" {
		t.Errorf("before the second is %q, %q", second.Newer, second.Start)
	}
}
