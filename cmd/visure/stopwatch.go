package main

import (
	"context"
	"os"
	"runtime/pprof"
	"sync"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// stopwatch says what the time of an emission is spent on: it stands around the
// ports of the process and of the handler.
type stopwatch struct {
	mu    sync.Mutex
	steps map[string]*collected
}

type stepFigures struct {
	Name  string  `json:"name"`
	Count int     `json:"count"`
	P50   float64 `json:"p50_ms"`
	P95   float64 `json:"p95_ms"`
	P99   float64 `json:"p99_ms"`
}

// stepNames in the order of a request's journey.
var stepNames = []string{"load a stream", "append events (synced)", "ask ANPR (SOAP)", "render the PDF", "archive (synced)"}

func (w *stopwatch) time(step int) func() {
	began := time.Now()
	return func() {
		w.mu.Lock()
		c := w.steps[stepNames[step]]
		if c == nil {
			c = &collected{}
			if w.steps == nil {
				w.steps = map[string]*collected{}
			}
			w.steps[stepNames[step]] = c
		}
		w.mu.Unlock()
		c.add(time.Since(began), nil)
	}
}

func (w *stopwatch) reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.steps = nil
}

func (w *stopwatch) figures() (all []stepFigures) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, name := range stepNames {
		if c := w.steps[name]; c != nil {
			all = append(all, stepFigures{name, len(c.took), c.quantile(.50), c.quantile(.95), c.quantile(.99)})
		}
	}
	return all
}

// around puts the watch around everything the process and its handler use.
func (w *stopwatch) around(p *commands.Process) {
	p.Handler.Store = timedStore{p.Handler.Store, w}
	p.Anagrafe, p.Renderer, p.Archive = timedAnagrafe{p.Anagrafe, w}, timedRenderer{p.Renderer, w}, timedArchive{p.Archive, w}
}

type timedStore struct {
	commands.Store
	w *stopwatch
}

func (t timedStore) Load(ctx context.Context, stream string, after int64, each func(domain.Recorded)) (int64, error) {
	defer t.w.time(0)()
	return t.Store.Load(ctx, stream, after, each)
}

func (t timedStore) Append(ctx context.Context, stream string, expected int64, events []domain.Event, m domain.Meta) (domain.Position, error) {
	defer t.w.time(1)()
	return t.Store.Append(ctx, stream, expected, events, m)
}

type timedAnagrafe struct {
	commands.Anagrafe
	w *stopwatch
}

func (t timedAnagrafe) Consult(ctx context.Context, q commands.Query) (scheda.Scheda, error) {
	defer t.w.time(2)()
	return t.Anagrafe.Consult(ctx, q)
}

type timedRenderer struct {
	commands.Renderer
	w *stopwatch
}

func (t timedRenderer) Render(d documento.Documento) ([]byte, int, error) {
	defer t.w.time(3)()
	return t.Renderer.Render(d)
}

type timedArchive struct {
	commands.Archive
	w *stopwatch
}

func (t timedArchive) Put(ctx context.Context, id domain.VisuraID, issue commands.Issue) (commands.Issue, error) {
	defer t.w.time(4)()
	return t.Archive.Put(ctx, id, issue)
}

// profile writes a CPU profile until the function it returns is called.
func profile(file string) (stop func(), err error) {
	if file == "" {
		return func() {}, nil
	}
	f, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, err
	}
	return func() { pprof.StopCPUProfile(); f.Close() }, nil
}
