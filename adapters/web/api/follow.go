package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"

	"github.com/visure-anagrafiche/visure/adapters/web/changes"
	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// streamType is the media type of server-sent events.
const streamType = "text/event-stream"

// Streaming is how streams of changes are kept going. All must be positive.
type Streaming struct {
	Beat  time.Duration // between two signs of life; the caller is looked at anew then, too
	Write time.Duration // for what is sent to be taken; whoever is slower is left
}

// AtPace is the pace of streams: a sign of life before proxies take a connection to be idle.
var AtPace = Streaming{Beat: 20 * time.Second, Write: 10 * time.Second}

// again is how long a client waits before it comes again, in milliseconds; crowded for who
// was refused, in seconds.
const (
	again   = 3000
	crowded = 30
)

// lostEvent is the name of the event by which a client is told to read anew what it shows.
const lostEvent = "reset"

// Change is what a client is told of a change.
type Change struct {
	ID       domain.VisuraID `json:"id"`
	Revision uint64          `json:"revision"`
	Status   domain.Status   `json:"status"`
	At       time.Time       `json:"at"`
}

// happenings are the names of the events of a stream, each the wire name of what happened
// without category and version.
var happenings = func() (names []string) {
	for _, name := range domain.EventTypes() {
		if strings.HasPrefix(name, domain.VisuraCategory+".") {
			names = append(names, happening(name))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}()

// happening is the name by which a stream tells an event: visura.issued.v1 is issued.
func happening(eventType string) string {
	name := strings.TrimPrefix(eventType, domain.VisuraCategory+".")
	return name[:strings.LastIndexByte(name, '.')]
}

// followVisure is the stream of changes.
func (a *API) followVisure() operation {
	o := get("follow-visure", "/api/v1/visure/events", visure, "Segue ciò che cambia delle visure",
		"Una risposta che resta aperta (server-sent events): un evento per ogni cambiamento di una visura che chi chiama può vedere, come in `list-visure`, appena le letture lo mostrano. "+
			"Il nome dell'evento dice che cosa è accaduto, i dati sono un `Change` e nulla della persona. L'`id`, da restituire com'è in `Last-Event-ID` riaprendo, avanza anche nelle pause: "+
			"arriva allora ciò che è mancato, nulla due volte. Se l'`id` non è più tra quelli conservati arriva per primo un evento `reset`: le visure mostrate vanno lette di nuovo. "+
			"Per non perdere nulla si apre prima la risposta e si legge poi l'elenco. A ogni evento, e ogni 20 secondi, si guarda di nuovo se chi segue può ancora: altrimenti la risposta finisce. "+
			"Chi non ritira gli eventi per 10 secondi è lasciato. Tre per utente (e per applicativo che chiede per lui); un applicativo, per tutti gli utenti insieme, un decimo di quante l'installazione ne ammette. L'apertura resta nel registro degli accessi.",
		http.StatusForbidden, http.StatusTooManyRequests)
	schema := a.huma.OpenAPI().Components.Schemas
	names := make([]any, 0, len(happenings))
	for _, name := range happenings {
		names = append(names, name)
	}
	change := schema.Schema(reflect.TypeFor[Change](), true, "")
	o.answers = func(op *huma.Operation) {
		op.Responses["200"].Content = map[string]*huma.MediaType{streamType: {Schema: &huma.Schema{
			Type: huma.TypeString, Description: "Righe `id`, `event` e `data` di ogni evento; `data` è un Change in JSON",
			Extensions: map[string]any{"x-events": map[string]any{"names": names, "data": change, lostEvent: "dati vuoti"}},
		}}}
		op.Responses["200"].Headers = nil
	}
	return o
}

type followInput struct {
	Last string `header:"Last-Event-ID" doc:"L'id dell'ultimo evento avuto"`
}

// follow opens a stream of what changes within the caller's reach.
func (a *API) follow(ctx context.Context, in *followInput) (*huma.StreamResponse, error) {
	reach, err := a.Reach(ctx)
	if err != nil {
		return nil, err
	}
	listener, known, err := a.Changes.Listen(ctx, edge.Of(ctx).Caller.Actor, reach, in.Last)
	if err != nil {
		return nil, crowd(err)
	}
	if err := a.JournalRead(ctx); err != nil {
		listener.Close()
		return nil, err
	}
	return &huma.StreamResponse{Body: func(h huma.Context) {
		defer listener.Close()
		r, w := humachi.Unwrap(h)
		if r.Method == http.MethodHead {
			w.Header().Set("Content-Type", streamType)
			return
		}
		ctx, done := a.Lasting(r.Context())
		defer done()
		s := stream{API: a, listener: listener, r: r, w: w, control: http.NewResponseController(w)}
		s.run(ctx, known)
	}}, nil
}

// crowd words the refusal of who would be one too many.
func crowd(err error) error {
	var p *edge.Problem
	switch {
	case errors.Is(err, changes.ErrPerson):
		p = edge.NewProblem(edge.TooMany, "Con questa utenza si seguono già abbastanza risposte: chiuderne una.")
	case errors.Is(err, changes.ErrSoftware):
		p = edge.NewProblem(edge.TooMany, "Questo applicativo segue già, per tutti gli utenti insieme, quante risposte gli spettano: chiuderne una.")
	case errors.Is(err, changes.ErrFull):
		p = edge.NewProblem(string(domain.Unavailable), "Troppi seguono le visure in questo momento: leggerle dall'elenco, o riprovare.")
	default:
		return err
	}
	p.Set("Retry-After", strconv.Itoa(crowded))
	return p
}

// stream is one answer that stays open.
type stream struct {
	*API
	listener *changes.Listener
	r        *http.Request
	w        http.ResponseWriter
	control  *http.ResponseController
}

// run tells the client what changes until it leaves or is left, may see no more, or the
// server is to stop: then it comes again, here or on another server.
func (s *stream) run(ctx context.Context, known bool) {
	s.w.Header().Set("Content-Type", streamType)
	s.w.Header().Set("X-Accel-Buffering", "no") // a proxy passes on at once what comes
	if s.control.SetReadDeadline(time.Time{}) != nil {
		return // a connection that cannot stay open
	}
	opening := fmt.Sprintf("retry: %d\nid: %s\n\n", again, s.listener.Mark())
	if !known {
		opening = fmt.Sprintf("retry: %d\n", again) + s.lost()
	}
	if s.send(opening) != nil {
		return
	}
	beat := time.NewTicker(s.Streaming.Beat)
	defer beat.Stop()
	for {
		for s.listener.Behind() {
			if s.next(ctx) != nil {
				return
			}
		}
		select {
		case <-s.listener.Woken():
		case <-beat.C:
			if _, err := s.Again(ctx, s.r); err != nil {
				return
			}
			if s.send(": \nid: "+s.listener.Mark()+"\n\n") != nil {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// next sends the next change within what the caller may know of now, if there is one.
func (s *stream) next(ctx context.Context) error {
	reach, err := s.Again(ctx, s.r)
	if err != nil {
		return err
	}
	change, ok, lost := s.listener.Next(reach)
	switch {
	case lost:
		return s.send(s.lost())
	case !ok:
		return nil
	}
	return s.send(s.told(change))
}

// lost is the event that tells a client to read anew.
func (s *stream) lost() string {
	return "event: " + lostEvent + "\nid: " + s.listener.Mark() + "\ndata: {}\n\n"
}

// told is the event of a change.
func (s *stream) told(n projections.Novita) string {
	data, err := json.Marshal(Change{n.ID, n.Revision, n.Status, n.At})
	if err != nil {
		panic("a change cannot be written: " + err.Error())
	}
	return fmt.Sprintf("id: %s\nevent: %s\ndata: %s\n\n", s.listener.Mark(), happening(n.Type), data)
}

// send has the client take a text within the time there is.
func (s *stream) send(text string) error {
	if err := s.control.SetWriteDeadline(time.Now().Add(s.Streaming.Write)); err != nil {
		return err
	}
	if _, err := io.WriteString(s.w, text); err != nil {
		return err
	}
	return s.control.Flush()
}
