package commands_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

var errCrash = errors.New("crash")

// world is everything the process touches, in memory, with a crash to order:
// the n-th effect on the outside fails, before or after it took place.
type world struct {
	mu      sync.Mutex
	streams map[string][]domain.Recorded
	kept    map[domain.VisuraID]commands.Issue
	calls   []string // ids the registry was asked under
	answer  func(call int, q commands.Query) (scheda.Scheda, error)
	effects int
	crashAt int  // 0: never
	landed  bool // whether the effect took place before the crash
	clock   time.Time
	ids     int
}

func newWorld() *world {
	return &world{
		streams: map[string][]domain.Recorded{}, kept: map[domain.VisuraID]commands.Issue{}, clock: now,
		answer: func(int, commands.Query) (scheda.Scheda, error) { return resident(), nil },
	}
}

// effect performs act unless this is where the crash comes.
func (w *world) effect(act func()) error {
	w.effects++
	if w.effects != w.crashAt {
		act()
		return nil
	}
	if w.landed {
		act()
	}
	return errCrash
}

func (w *world) Load(_ context.Context, stream string, after int64, each func(domain.Recorded)) (int64, error) {
	w.mu.Lock()
	events := w.streams[stream]
	w.mu.Unlock()
	for i := after + 1; i < int64(len(events)); i++ {
		each(events[i])
	}
	return max(after, int64(len(events))-1), nil
}

func (w *world) Append(_ context.Context, stream string, expected int64, events []domain.Event, m domain.Meta) (domain.Position, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if expected != commands.AnyRevision && expected != int64(len(w.streams[stream]))-1 {
		return domain.Position{}, commands.ErrStale
	}
	err := w.effect(func() {
		for _, e := range events {
			revision := len(w.streams[stream])
			w.streams[stream] = append(w.streams[stream], domain.Recorded{Event: e, Meta: m, Stream: stream, Revision: uint64(revision)})
		}
	})
	return domain.Position{}, err
}

func (w *world) Consult(_ context.Context, q commands.Query) (s scheda.Scheda, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	crash := w.effect(func() {
		w.calls = append(w.calls, q.IDOperazione)
		s, err = w.answer(len(w.calls), q)
	})
	return s, errors.Join(err, crash)
}

func (w *world) Render(d documento.Documento) ([]byte, int, error) {
	return fmt.Appendf(nil, "%s at %s", d.Numero, d.Created), 1, nil
}

func (w *world) Put(_ context.Context, id domain.VisuraID, issue commands.Issue) (commands.Issue, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	err := w.effect(func() {
		if _, ok := w.kept[id]; !ok {
			w.kept[id] = issue
		}
	})
	return w.kept[id], err
}

func (w *world) Get(_ context.Context, id domain.VisuraID) (commands.Issue, bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	issue, ok := w.kept[id]
	return issue, ok, nil
}

func (w *world) SubjectToken(domain.Soggetto) string { return "token-of-rossi" }

func (w *world) newID() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ids++
	return fmt.Sprintf("00000000-0000-4000-8000-%012d", w.ids)
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

// process is a freshly started server over the world: it remembers nothing.
func (w *world) process() *commands.Process {
	return &commands.Process{
		Handler:  &commands.Handler{Store: w, Pseudonyms: w, Now: w.now, NewID: w.newID},
		Anagrafe: w, Renderer: w, Archive: w,
		VerifyURL: func(c domain.CIUV) string { return "https://comune.example/verifica/" + string(c) },
	}
}

// record puts events into the visura's history as if the operator had made them.
func (w *world) record(events ...domain.Event) {
	stream := string(visura.Stream())
	for _, e := range events {
		w.streams[stream] = append(w.streams[stream], domain.Recorded{Event: e, Meta: domain.Meta{At: w.clock, By: mario}, Stream: stream})
	}
}

func (w *world) history() (events []domain.Event) {
	for _, r := range w.streams[string(visura.Stream())] {
		events = append(events, r.Event)
	}
	return events
}

// count says how many events of the type of e the visura has.
func count[E domain.Event](w *world) (n int) {
	for _, e := range w.history() {
		if _, ok := e.(E); ok {
			n++
		}
	}
	return n
}

func advance(t *testing.T, p *commands.Process) error {
	t.Helper()
	return p.Advance(t.Context(), visura, commands.Envelope{})
}

// resident is the answer about somebody who lives in the Comune.
func resident() scheda.Scheda {
	home := scheda.Localita{Nome: "Ancona", ISTAT: comune, Provincia: "AN"}
	return scheda.Scheda{IDOperazioneANPR: "4711", Persone: []scheda.Persona{{
		Generalita: scheda.Generalita{CodiceFiscale: rossi, Cognome: "ROSSI", Nome: "MARIO", Sesso: "M",
			Nascita: data("1980-01-01"), LuogoNascita: scheda.Luogo{Comune: scheda.Localita{Nome: "Roma", ISTAT: "058091", Provincia: "RM"}}},
		Certificabile: "2",
		Residenze: []scheda.Residenza{{Tipo: "1", Decorrenza: data("2010-05-01"),
			Indirizzo: scheda.Indirizzo{Via: "VIA ROMA", Civico: "1", CAP: "60121", Comune: home}}},
		Iscrizione: &scheda.Iscrizione{Data: data("2010-05-01"), Comune: home},
	}}}
}
