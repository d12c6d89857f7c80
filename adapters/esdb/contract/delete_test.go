package contract

import (
	"math"
	"strings"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
)

// Chapter 3: soft deletes.
func TestDeleteMatrix(t *testing.T) {
	t.Parallel()
	each(t, map[string]map[int64]string{
		"absent":                         {anything: "WV(-1)", noStream: "WV(-1)", streamExists: "WV(-1)", 2: "WV(-1)"},
		"absent with metadata":           {anything: "ok", noStream: "ok", streamExists: "ok", 2: "WV(-1)"},
		"live":                           {anything: "ok", noStream: "WV(2)", streamExists: "ok", 1: "WV(2)", 2: "ok", 3: "WV(2)"},
		"truncated":                      {anything: "ok", noStream: "WV(2)", streamExists: "ok", 1: "WV(2)", 2: "ok", 3: "WV(2)"},
		"soft-deleted":                   {anything: "ok", noStream: "ok", streamExists: "SD", 1: "WV(2)", 2: "ok", 3: "WV(2)"},
		"soft-deleted, never had events": {anything: "ok", noStream: "ok", streamExists: "SD", 0: "WV(-1)"},
		"tombstoned":                     {anything: "SD", noStream: "SD", streamExists: "SD", 2: "SD"},
		"tombstoned while absent":        {anything: "SD", noStream: "SD", streamExists: "SD", 2: "SD"},
	}, func(w wire, s string, expected int64, want string) {
		if got := w.delete(s, expected); got != want {
			w.t.Fatalf("got %s, want %s", got, want)
		}
		if want == "ok" {
			if got := w.read(read(stream(s))); got != "none" {
				w.t.Errorf("after the delete it reads %q", got)
			}
			if got := w.newestMetadata(s); !strings.HasSuffix(got, ` {"$tb":9223372036854775807}`) {
				w.t.Errorf("the mark is %q", got)
			}
		}
	})
}

// Chapter 3: tombstones. Unlike a delete, one is possible on an absent stream.
func TestTombstoneMatrix(t *testing.T) {
	t.Parallel()
	each(t, map[string]map[int64]string{
		"absent":                         {anything: "ok", noStream: "ok", streamExists: "WV(-1)", 2: "WV(-1)"},
		"absent with metadata":           {anything: "ok", noStream: "ok", streamExists: "ok", 2: "WV(-1)"},
		"live":                           {anything: "ok", noStream: "WV(2)", streamExists: "ok", 1: "WV(2)", 2: "ok", 3: "WV(2)"},
		"soft-deleted":                   {anything: "ok", noStream: "ok", streamExists: "SD", 1: "WV(2)", 2: "ok"},
		"soft-deleted, never had events": {anything: "ok", noStream: "ok", streamExists: "SD", 0: "WV(-1)"},
		"tombstoned":                     {anything: "SD", noStream: "SD", streamExists: "SD", 2: "SD"},
	}, func(w wire, s string, expected int64, want string) {
		if got := w.tombstone(s, expected); got != want {
			w.t.Fatalf("got %s, want %s", got, want)
		}
		if want != "ok" {
			return
		}
		for _, read := range []*streams.ReadReq{
			read(stream(s)), read(stream(s), streamEnd, backwards), read(stream("$$" + s)),
			read(stream(s), subscription), read(stream(s), revision(1), subscription),
		} {
			if got := w.read(read); got != "SD" {
				w.t.Errorf("%v reads %q", read, got)
			}
		}
	})
}

// The tombstone is an event in the log.
func TestTombstoneEvent(t *testing.T) {
	t.Parallel()
	w := newWire(t, common)
	w.append("s", noStream, "a")
	first := w.events(read(stream("s")))[0].GetCommitPosition()
	w.tombstone("s", anything)
	for _, m := range w.events(read(all, at(first, first), filtered(100, 1, byStream("", "s")))) {
		e := m.GetEvent()
		if e.GetStreamRevision() == 0 {
			continue
		}
		if e.GetStreamRevision() != math.MaxInt64 || e.GetMetadata()["type"] != "$streamDeleted" ||
			e.GetMetadata()["content-type"] != "application/octet-stream" || len(e.GetData()) != 0 {
			t.Errorf("the tombstone is %v", e)
		}
		return
	}
	t.Error("there is no tombstone in the log")
}

// A delete is never recognised as a repeat: each writes a mark.
func TestEachDeleteLeavesAMark(t *testing.T) {
	t.Parallel()
	w := newWire(t, common)
	states["soft-deleted"](w, "s")
	if got := w.delete("s", anything); got != "ok" {
		t.Fatal(got)
	}
	if got := w.newestMetadata("s"); got != `1 {"$tb":9223372036854775807}` {
		t.Errorf("the second mark is %s", got)
	}
}

// A malformed delete or tombstone fails and changes nothing.
func TestMalformedDeletes(t *testing.T) {
	t.Parallel()
	w := newWire(t, common)
	w.append("s", noStream, "a")

	for title, c := range map[string]struct {
		options *streams.DeleteReq_Options
		want    string
	}{
		"no options":      {nil, "H"},
		"no identifier":   {&streams.DeleteReq_Options{ExpectedStreamRevision: &streams.DeleteReq_Options_Any{}}, "H"},
		"an empty name":   {&streams.DeleteReq_Options{StreamIdentifier: name(""), ExpectedStreamRevision: &streams.DeleteReq_Options_Any{}}, "H"},
		"no expectation":  {&streams.DeleteReq_Options{StreamIdentifier: name(w.Full("s"))}, "InvalidArgument"},
		"revision 2^63":   {&streams.DeleteReq_Options{StreamIdentifier: name(w.Full("s")), ExpectedStreamRevision: &streams.DeleteReq_Options_Revision{Revision: 1 << 63}}, "H"},
		"revision 2^64-1": {&streams.DeleteReq_Options{StreamIdentifier: name(w.Full("s")), ExpectedStreamRevision: &streams.DeleteReq_Options_Revision{Revision: 1<<64 - 1}}, "FailedPrecondition"},
	} {
		_, err := w.Delete(w.ctx, &streams.DeleteReq{Options: c.options})
		if got := fault(err, nil, ""); got != c.want {
			t.Errorf("delete, %s: %s, want %s", title, got, c.want)
		}
		var tombstone *streams.TombstoneReq_Options
		if o := c.options; o != nil {
			tombstone = &streams.TombstoneReq_Options{StreamIdentifier: o.StreamIdentifier}
			switch e := o.ExpectedStreamRevision.(type) {
			case *streams.DeleteReq_Options_Any:
				tombstone.ExpectedStreamRevision = &streams.TombstoneReq_Options_Any{}
			case *streams.DeleteReq_Options_Revision:
				tombstone.ExpectedStreamRevision = &streams.TombstoneReq_Options_Revision{Revision: e.Revision}
			}
		}
		_, err = w.Tombstone(w.ctx, &streams.TombstoneReq{Options: tombstone})
		if got := fault(err, nil, ""); got != c.want {
			t.Errorf("tombstone, %s: %s, want %s", title, got, c.want)
		}
	}
	if got := w.read(read(stream("s"))); got != "0" {
		t.Errorf("afterwards it reads %q", got)
	}
}
