package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/adapters/web/api"
	"github.com/visure-anagrafiche/visure/adapters/web/changes"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// streamed is one event of a stream.
type streamed struct {
	id, event, data string
}

// follower is who follows what changes.
type follower struct {
	t      testing.TB
	heard  chan streamed // closed when the stream ends
	status int
	header http.Header
	leave  context.CancelFunc
}

// follow opens a stream as a person of the world, after an event.
func (w *world) follow(url, who, last string) *follower {
	w.t.Helper()
	return w.followAs(url, w.people[who].token, last, "")
}

// followAs is follow with a token, for the person it is to ask for if it is software's.
func (w *world) followAs(url, token, last string, asking domain.UtenteID) *follower {
	w.t.Helper()
	ctx, leave := context.WithCancel(w.t.Context())
	w.t.Cleanup(leave)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/api/v1/visure/events", nil)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	if asking != "" {
		r.Header.Set("Visura-Utente", string(asking))
	}
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	resp, err := aside.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	f := &follower{t: w.t, heard: make(chan streamed, 1000), status: resp.StatusCode, header: resp.Header, leave: leave}
	opened := make(chan struct{})
	go func() {
		defer resp.Body.Close()
		defer close(f.heard)
		f.read(bufio.NewScanner(resp.Body), opened)
	}()
	<-opened
	return f
}

// read takes events apart, as a browser would.
func (f *follower) read(lines *bufio.Scanner, opened chan struct{}) {
	var e streamed
	open := true
	defer func() {
		if open {
			close(opened)
		}
	}()
	for lines.Scan() {
		name, value, said := strings.Cut(lines.Text(), ": ")
		if said && name == "" { // a comment
			continue
		}
		switch name {
		case "id":
			e.id = value
		case "event":
			e.event = value
		case "data":
			e.data = value
		case "":
			if e.data != "" {
				f.heard <- e
			}
			if e = (streamed{}); open {
				open = false
				close(opened)
			}
		}
	}
}

// next is the next event, and the change it tells.
func (f *follower) next() (e streamed, c api.Change) {
	f.t.Helper()
	select {
	case e, ok := <-f.heard:
		if !ok {
			f.t.Fatal("the stream has ended")
		}
		if err := json.Unmarshal([]byte(e.data), &c); err != nil {
			f.t.Fatal(err)
		}
		return e, c
	case <-time.After(20 * time.Second):
		f.t.Fatal("nothing was told")
	}
	return e, c
}

// until returns the events up to the first of a name.
func (f *follower) until(event string) (events []streamed) {
	f.t.Helper()
	for {
		e, _ := f.next()
		if events = append(events, e); e.event == event {
			return events
		}
	}
}

// ended waits for the end of the stream and returns what was told before it.
func (f *follower) ended() (events []streamed) {
	f.t.Helper()
	within := time.After(20 * time.Second)
	for {
		select {
		case e, ok := <-f.heard:
			if !ok {
				return events
			}
			events = append(events, e)
		case <-within:
			f.t.Fatal("the stream goes on")
		}
	}
}

func names(events []streamed) (all []string) {
	for _, e := range events {
		all = append(all, e.event)
	}
	return all
}

// happened are the names by which a visura's history is told.
func (w *world) happened(id string) (all []string) {
	for _, name := range w.history(id) {
		all = append(all, strings.TrimSuffix(strings.TrimPrefix(name, "visura."), ".v1"))
	}
	return all
}

// seenAtOnce: who follows is told what changes of what they may see, each once and in
// order, and of nothing else; the person is nowhere in it.
func seenAtOnce(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	mine, boss, other := w.follow(w.url, "operator", ""), w.follow(w.url, "top", ""), w.follow(w.url, "foreign-admin", "")
	if kind := mine.header.Get("Content-Type"); mine.status != http.StatusOK || kind != "text/event-stream" {
		t.Fatalf("%d %s", mine.status, kind)
	}
	id, ask := uuid.NewString(), w.ask(domain.Comunale)
	w.say("operator", http.MethodPut, visura(id), ask)
	events := mine.until("issued")
	if got, want := names(events), w.happened(id); !slices.Equal(got, want) {
		t.Errorf("told %v, happened %v", got, want)
	}
	var last api.Change
	for i, e := range events {
		var c api.Change
		if err := json.Unmarshal([]byte(e.data), &c); err != nil || string(c.ID) != id || c.Revision != uint64(i) || c.At.IsZero() {
			t.Errorf("%s: %s, %v", e.event, e.data, err)
		}
		if last = c; strings.Contains(e.data, ask.Soggetto.CodiceFiscale) {
			t.Errorf("names the person: %s", e.data)
		}
	}
	if last.Status != domain.Issued {
		t.Errorf("issued, and %s", last.Status)
	}
	if resp, text := w.say("operator", http.MethodGet, visura(id), nil); resp.StatusCode != http.StatusOK || !strings.Contains(string(text), `"status":"issued"`) {
		t.Errorf("told before it is shown: %s", text)
	}
	if got := names(boss.until("issued")); len(got) < len(events) {
		t.Errorf("the TOP is told %v", got)
	}
	theirs := uuid.NewString()
	w.say("stranger", http.MethodPut, visura(theirs), w.ask(domain.Comunale))
	for _, e := range other.until("issued") {
		if strings.Contains(e.data, id) {
			t.Errorf("an ADMIN of another Ente is told of it: %s", e.data)
		}
	}
	if len(mine.heard) > 0 {
		t.Errorf("told of others: %v", <-mine.heard)
	}
	if entered := w.journal("operator"); !slices.ContainsFunc(entered, func(e domain.AccessRecorded) bool { return e.Action == "follow-visure" && e.Outcome == "ok" }) {
		t.Errorf("not in the journal: %v", entered)
	}
}

// resumed: who was cut off gets exactly what they missed, also in the middle of it and on
// another server; whose last event is not known is told to read anew.
func resumed(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	first := w.follow(w.url, "operator", "")
	id := uuid.NewString()
	w.say("operator", http.MethodPut, visura(id), w.ask(domain.Comunale))
	all := first.until("issued")
	first.leave()
	for _, url := range []string{w.url, serve(t, o.server(nil).Handler())} {
		for i, e := range all[:len(all)-1] {
			again := w.follow(url, "operator", e.id)
			if got := names(again.until("issued")); !slices.Equal(got, names(all[i+1:])) {
				t.Errorf("after %s: told %v of %v", e.event, got, names(all))
			}
			again.leave()
		}
	}
	w.roomAt(w.url)
	end := w.follow(w.url, "operator", all[len(all)-1].id)
	second := uuid.NewString()
	w.say("operator", http.MethodPut, visura(second), w.ask(domain.Comunale))
	if got, want := names(end.until("issued")), w.happened(second); !slices.Equal(got, want) {
		t.Errorf("after the last: told %v, happened %v", got, want)
	}
	end.leave()
	lost := w.follow(w.url, "operator", "12-12-abcdef01")
	if e, _ := lost.next(); e.event != "reset" || e.id == "" {
		t.Errorf("after what nobody knows: %v", e)
	}
}

// roomAt waits until one more may follow: a stream that its client left ends a moment
// later, and three of one account may be open.
func (w *world) roomAt(url string) {
	w.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		f := w.follow(url, "operator", "")
		f.leave()
		if f.status == http.StatusOK {
			return
		}
	}
	w.t.Fatal("streams that were left stay open")
}

// endedWithTheRole: a role taken away, a token revoked end the stream at the next event
// or sign of life, and nothing is told after it.
func endedWithTheRole(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	quick := serve(t, o.server(func(s *web.Server) { s.API.Streaming.Beat = 50 * time.Millisecond }).Handler())
	slow, beating := w.follow(w.url, "operator", ""), w.follow(quick, "operator", "")
	id := uuid.NewString()
	ask := w.ask(domain.Nazionale)
	w.say("operator", http.MethodPut, visura(id), ask)
	slow.until("confirmation-awaited")
	beating.until("confirmation-awaited")
	enter(w, w.people["operator"].Utente.Stream(), commands.TakeRole{Role: domain.RoleStandard, Ente: w.ente, Comune: w.comune})
	if after := beating.ended(); len(after) > 0 {
		t.Errorf("told after the role was taken: %v", after)
	}
	if len(slow.heard) > 0 {
		t.Errorf("told of %v", <-slow.heard)
	}
	w.say("top", http.MethodPost, visura(id)+"/rejection", commands.RejectVisura{Motivo: "pratica_non_riscontrata"})
	if after := slow.ended(); len(after) > 0 {
		t.Errorf("told after the role was taken: %v", after)
	}
	if again := w.follow(w.url, "operator", ""); again.status != http.StatusForbidden {
		t.Errorf("again: %d", again.status)
	}
	revoked := w.follow(quick, "colleague", "")
	listed, err := w.tokens.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range listed {
		if b.As.Utente == w.people["colleague"].Utente {
			if err := w.tokens.Revoke(t.Context(), b.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	revoked.ended()
	if again := w.follow(quick, "colleague", ""); again.status != http.StatusUnauthorized {
		t.Errorf("with a revoked token: %d", again.status)
	}
}

// streamsBounded: a fourth stream of one person, and one too many of all, are refused and
// told when to come again; a stream that ends makes room.
func streamsBounded(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	url := serve(t, o.server(func(s *web.Server) {
		s.API.Changes = o.changes(changes.Bounds{Kept: 100, All: 4, Person: 3, Software: 3})
	}).Handler())
	var open []*follower
	for range 3 {
		open = append(open, w.follow(url, "operator", ""))
	}
	if f := w.follow(url, "operator", ""); f.status != http.StatusTooManyRequests || f.header.Get("Retry-After") == "" {
		t.Errorf("a fourth: %d %v", f.status, f.header)
	}
	w.follow(url, "colleague", "")
	if f := w.follow(url, "top", ""); f.status != http.StatusServiceUnavailable || f.header.Get("Retry-After") == "" {
		t.Errorf("a fifth of all: %d %v", f.status, f.header)
	}
	open[0].leave()
	w.roomAt(url)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodHead, url+"/api/v1/visure/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.people["operator"].token)
	resp, err := aside.Do(r)
	if err != nil || resp.Body.Close() != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("HEAD: %v, %v", resp, err)
	}
}

// softwareStreamsBounded: software has its share of the streams for all it asks for, and
// leaves theirs to the people.
func softwareStreamsBounded(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	url := serve(t, o.server(func(s *web.Server) {
		s.API.Changes = o.changes(changes.Bounds{Kept: 100, All: 10, Person: 3, Software: 3})
	}).Handler())
	_, token := w.software(w.elevated("top"), func(c *commands.RegisterApplicativo) { c.Reti = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/16")} }, domain.ScopeRead)
	operator, colleague := w.people["operator"].Utente, w.people["colleague"].Utente
	for i, who := range []domain.UtenteID{operator, operator, colleague} {
		if f := w.followAs(url, token, "", who); f.status != http.StatusOK {
			t.Fatalf("the %d. of software: %d", i+1, f.status)
		}
	}
	if f := w.followAs(url, token, "", colleague); f.status != http.StatusTooManyRequests || f.header.Get("Retry-After") == "" {
		t.Errorf("a fourth of software: %d %v", f.status, f.header)
	}
	if f := w.follow(url, "colleague", ""); f.status != http.StatusOK {
		t.Errorf("the person themself: %d", f.status)
	}
}

// streamsStop: a server that stops ends its streams at once, and so shuts down.
func streamsStop(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	stopping, stop := context.WithCancel(t.Context())
	s := httptest.NewServer(o.server(func(s *web.Server) { s.Edge.Stopping = stopping }).Handler())
	defer s.Close()
	f := w.follow(s.URL, "operator", "")
	stop()
	within, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := s.Config.Shutdown(within); err != nil {
		t.Error(err)
	}
	f.ended()
}

// narrow is a listener whose connections hold little that was not taken.
type narrow struct{ net.Listener }

func (n narrow) Accept() (net.Conn, error) {
	c, err := n.Listener.Accept()
	if err == nil {
		err = c.(*net.TCPConn).SetWriteBuffer(2048)
	}
	return c, err
}

// slowReader: who does not take what is sent is left, and costs others nothing.
func slowReader(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	listening := o.changes(changes.Bounds{Kept: 10_000, All: 10, Person: 3, Software: 3})
	s := httptest.NewUnstartedServer(o.server(func(s *web.Server) {
		s.API.Changes, s.API.Streaming.Write = listening, 200*time.Millisecond
	}).Handler())
	s.Listener = narrow{s.Listener}
	s.Start()
	defer s.Close()
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.(*net.TCPConn).SetReadBuffer(2048); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write([]byte("GET /api/v1/visure/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + w.people["top"].token + "\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	well := w.follow(s.URL, "operator", "")
	defer well.leave() // a server that closes waits for who follows
	for listening.Listening() < 2 {
		w.follow(s.URL, "operator", "").leave()
	}
	id := uuid.NewString()
	w.say("operator", http.MethodPut, visura(id), w.ask(domain.Comunale))
	well.until("issued")
	stream := domain.VisuraID(id).Stream()
	by := domain.Meta{By: w.people["operator"].Actor}
	for i := 0; listening.Listening() > 1; i++ {
		numero := []string{"2026/1", "2026/2"}[i%2]
		if _, err := commands.Handle(t.Context(), w.handler, stream, by, commands.CorrectPractice{NumeroPratica: numero}); err != nil {
			t.Fatal(err)
		}
		well.until("practice-corrected")
		if i > 2000 {
			t.Fatal("who takes nothing is not left")
		}
	}
}
