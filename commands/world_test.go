package commands_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/commands/storetest"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

var errCrash = errors.New("crash")

// world is everything a process touches, in memory, with a crash to order: the
// n-th effect on the outside fails, before or after it took place.
type world struct {
	storetest.Memory

	mu        sync.Mutex
	kept      map[domain.VisuraID]commands.Issue
	destroyed map[string]int // how often each stream's data key was
	calls     []string       // ids the registry was asked under
	answer    func(call int, q commands.Query) (scheda.Scheda, error)
	effects   int
	crashAt   int  // 0: never
	landed    bool // whether the effect took place before the crash
	clock     time.Time
	ids       int
	numeri    int // numbers of documents drawn
}

func newWorld() *world {
	return &world{
		kept: map[domain.VisuraID]commands.Issue{}, destroyed: map[string]int{}, clock: now,
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

func (w *world) Append(ctx context.Context, stream string, expected int64, events []domain.Event, m domain.Meta) (pos domain.Position, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	crash := w.effect(func() { pos, err = w.Memory.Append(ctx, stream, expected, events, m) })
	if crash != nil {
		return domain.Position{}, crash
	}
	return pos, err
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

func (w *world) SubjectToken(s domain.Soggetto) string { return tokenOf(s) }

func (w *world) UtenteID(domain.CodiceFiscale) domain.UtenteID { return utente }

func (w *world) Numero(string) domain.CIUV {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.numeri++
	return domain.NewCIUV([10]byte{9: byte(w.numeri)})
}

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

func (w *world) handler() *commands.Handler { return w.handlerOver(w) }

// handlerOver is a handler of the world whose store is another.
func (w *world) handlerOver(store commands.Store) *commands.Handler {
	return &commands.Handler{Store: store, Secrets: w, Now: w.now, NewID: w.newID}
}

// process is a freshly started server over the world: it remembers nothing.
func (w *world) process() *commands.Emission {
	return &commands.Emission{
		Handler:  w.handler(),
		Anagrafe: w, Renderer: w, Archive: w,
		VerifyURL: func(c domain.CIUV) string { return "https://comune.example/verifica/" + string(c) },
	}
}

// record puts events into the visura's history as if the operator had made them.
func (w *world) record(events ...domain.Event) { w.enter(string(visura.Stream()), events...) }

// enter puts events at the end of a stream, past every crash.
func (w *world) enter(stream string, events ...domain.Event) { w.enterAs(stream, mario, events...) }

// enterAs is enter for what somebody else did.
func (w *world) enterAs(stream string, who domain.Actor, events ...domain.Event) {
	m := domain.Meta{At: w.now(), By: who, CommandID: w.newID()}
	if _, err := w.Memory.Append(context.Background(), stream, commands.AnyRevision, events, m); err != nil {
		panic(err)
	}
}

// stream is what a stream holds.
func (w *world) stream(name string) (history []domain.Recorded) {
	if _, err := w.Load(context.Background(), name, commands.NoStream, func(r domain.Recorded) { history = append(history, r) }); err != nil {
		panic(err)
	}
	return history
}

func (w *world) history() (events []domain.Event) {
	for _, r := range w.stream(string(visura.Stream())) {
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

func advance(t *testing.T, p commands.Process) error {
	t.Helper()
	return p.Advance(t.Context(), string(visura), domain.Meta{})
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
