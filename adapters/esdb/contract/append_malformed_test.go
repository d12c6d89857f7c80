package contract

import (
	"context"
	"strings"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding/gzip"
)

// A malformed append fails with the answer of the real server, and stores nothing.
func TestMalformedAppends(t *testing.T) {
	t.Parallel()
	missing := "InvalidArgument missing-required-metadata-property"
	noExpectation := &streams.AppendReq{Content: &streams.AppendReq_Options_{Options: &streams.AppendReq_Options{StreamIdentifier: name("s")}}}
	noName := appendOptions("s", anything)
	noName.GetOptions().StreamIdentifier = nil
	malformedAppends(t, common, map[string]malformed{
		"nothing":                      {nil, "H"},
		"an empty message":             {[]*streams.AppendReq{{}}, "H"},
		"an event before the options":  {[]*streams.AppendReq{good(), options("s")}, "H"},
		"options twice":                {[]*streams.AppendReq{options("s"), options("s")}, "H"},
		"an empty message after":       {[]*streams.AppendReq{options("s"), {}}, "H"},
		"no identifier":                {[]*streams.AppendReq{noName, good()}, "H"},
		"an empty name":                {[]*streams.AppendReq{options(""), good()}, "H"},
		"no expectation":               {[]*streams.AppendReq{noExpectation, good()}, "InvalidArgument"},
		"revision 2^63":                {[]*streams.AppendReq{atRevision(1 << 63), good()}, "H"},
		"revision 2^64-2":              {[]*streams.AppendReq{atRevision(1<<64 - 2), good()}, "H"},
		"revision 2^64-1 is no stream": {[]*streams.AppendReq{atRevision(1<<64 - 1), good()}, "ok"},
		"no id":                        {[]*streams.AppendReq{options("s"), withID(nil)}, "H"},
		"an id without value":          {[]*streams.AppendReq{options("s"), withID(&shared.UUID{})}, "H"},
		"an empty id":                  {[]*streams.AppendReq{options("s"), withID(textID(""))}, "H"},
		"an id of zeros":               {[]*streams.AppendReq{options("s"), withID(textID(uuid.Nil.String()))}, "H"},
		"a malformed id":               {[]*streams.AppendReq{options("s"), withID(textID("abc"))}, "H"},
		"an id in upper case":          {[]*streams.AppendReq{options("s"), withID(textID(strings.ToUpper(uuid.NewString())))}, "ok"},
		"an empty type":                {[]*streams.AppendReq{options("s"), proposed(uuid.NewString(), "", "{}")}, "H"},
		"a blank type":                 {[]*streams.AppendReq{options("s"), proposed(uuid.NewString(), " ", "{}")}, "ok"},
		"a long type":                  {[]*streams.AppendReq{options("s"), proposed(uuid.NewString(), strings.Repeat("è", 900), "{}")}, "ok"},
		"no type":                      {[]*streams.AppendReq{options("s"), without("type")}, missing},
		"no content type":              {[]*streams.AppendReq{options("s"), without("content-type")}, missing},
		"no metadata":                  {[]*streams.AppendReq{options("s"), without("type", "content-type")}, missing},
		"a mebibyte":                   {[]*streams.AppendReq{options("s"), big(1<<20, 0)}, common.by("ok", tooLarge)},
		"a little less":                {[]*streams.AppendReq{options("s"), big(1<<20-100, 0)}, "ok"},
		"a mebibyte and a byte":        {[]*streams.AppendReq{options("s"), big(1<<20-1, 0), big(2, 0)}, tooLarge},
		"much metadata":                {[]*streams.AppendReq{options("s"), big(0, 15_900_000)}, common.by("ok", tooLarge)},
		"$all, wrongly expected":       {[]*streams.AppendReq{appendOptions("$all", 3), good()}, "wrong version"},
	})
	t.Run("the limit is named", func(t *testing.T) {
		t.Parallel()
		_, trailer, _ := newWire(t, common).send(options("s"), big(1<<20+1, 0))
		if got := trailer.Get("maximum-append-size"); len(got) != 1 || got[0] != "1048576" {
			t.Errorf("maximum-append-size %v", got)
		}
	})
	t.Run("what is missing is named", func(t *testing.T) {
		t.Parallel()
		_, trailer, _ := newWire(t, common).send(options("s"), without("type"))
		if got := trailer.Get("required-metadata-properties"); len(got) != 1 || got[0] != "type,content-type" {
			t.Errorf("required-metadata-properties %v", got)
		}
	})
	t.Run("an append cancelled before its end leaves nothing", func(t *testing.T) {
		t.Parallel()
		w := newWire(t, common)
		ctx, cancel := context.WithCancel(w.ctx)
		call, err := w.Append(ctx)
		if err != nil {
			t.Fatal(err)
		}
		call.Send(w.appendRequest(options("s")))
		call.Send(good())
		cancel()
		call.RecvMsg(&streams.AppendResp{})
		if got := w.append("s", noStream, "z"); got != "W0" {
			t.Fatalf("got %s", got)
		}
	})
}

func TestCompressedRequestsAreUnderstood(t *testing.T) {
	t.Parallel()
	w := newWire(t, common)
	call, err := w.Append(w.ctx, grpc.UseCompressor(gzip.Name))
	if err != nil {
		t.Fatal(err)
	}
	call.Send(w.appendRequest(options("s")))
	call.Send(good())
	if reply, err := call.CloseAndRecv(); err != nil || reply.GetSuccess() == nil {
		t.Errorf("%v, %v", reply, err)
	}
}

const tooLarge = "InvalidArgument maximum-append-size-exceeded"

// malformed is a request and what is answered: "ok", "wrong version", or a fault.
type malformed struct {
	messages []*streams.AppendReq
	want     string
}

func malformedAppends(t *testing.T, s *store, table map[string]malformed) {
	for title, c := range table {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			w := newWire(t, s)
			reply, trailer, err := w.send(c.messages...)
			got := "ok"
			if err != nil {
				got = fault(err, trailer, "")
			} else if reply.GetWrongExpectedVersion() != nil {
				got = "wrong version"
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			target := "s"
			for _, m := range c.messages {
				if o := m.GetOptions(); o.GetStreamIdentifier() != nil {
					target = string(o.StreamIdentifier.StreamName)
				}
			}
			if target == "" || target == "$all" {
				return
			}
			if read := w.read(read(stream(target))); (read != "none") != (got == "ok") {
				t.Errorf("afterwards the stream reads %q", read)
			}
		})
	}
}

func options(stream string) *streams.AppendReq { return appendOptions(stream, anything) }

func good() *streams.AppendReq { return proposed(uuid.NewString(), "event", "{}") }

func withID(u *shared.UUID) *streams.AppendReq {
	m := good()
	m.GetProposedMessage().Id = u
	return m
}

func textID(s string) *shared.UUID { return &shared.UUID{Value: &shared.UUID_String_{String_: s}} }

func without(keys ...string) *streams.AppendReq {
	m := good()
	for _, key := range keys {
		delete(m.GetProposedMessage().Metadata, key)
	}
	return m
}

func big(data, metadata int) *streams.AppendReq {
	m := good()
	p := m.GetProposedMessage()
	p.Id, p.Data, p.CustomMetadata = textID(uuid.NewString()), make([]byte, data), make([]byte, metadata)
	return m
}

func atRevision(r uint64) *streams.AppendReq {
	o := appendOptions("s", 0)
	o.GetOptions().ExpectedStreamRevision = &streams.AppendReq_Options_Revision{Revision: r}
	return o
}
