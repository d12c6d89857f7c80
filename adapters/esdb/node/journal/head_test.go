package journal

import "testing"

// Arbitrary bytes as a head are refused, or decode to a head that encodes to the
// same.
func FuzzHead(f *testing.F) {
	for _, h := range []head{{last: -1}, {number: 64, last: 7, created: 17e16, floor: 3, tombstone: true,
		meta: metadata{truncateBefore: MaxRevision, maxCount: 1, maxAge: maxAgeLimit}}} {
		f.Add(h.encode(nil))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var h, again head
		if h.decode(b) != nil {
			return
		}
		if err := again.decode(h.encode(nil)); err != nil || again != h {
			t.Errorf("%+v became %+v, %v", h, again, err)
		}
	})
}
