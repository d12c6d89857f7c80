package edge

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/commands/storetest"
	"github.com/visure-anagrafiche/visure/domain"
)

// watched is a store in memory that counts the looks at its end.
type watched struct {
	*storetest.Memory
	looks int
}

func (w *watched) Since(ctx context.Context, after domain.Position, most int, wants func(string, uint64) bool, each func(domain.Recorded)) (domain.Position, bool, error) {
	w.looks++
	return w.Memory.Since(ctx, after, most, wants, each)
}

// give writes an event of mario's roles.
func give(t *testing.T, e *Edge, event domain.Event) {
	t.Helper()
	_, err := e.Commands.Store.Append(t.Context(), string(mario.Utente.Stream()), commands.AnyRevision, []domain.Event{event}, domain.Meta{At: time.Now(), CommandID: e.Commands.NewID()})
	if err != nil {
		t.Fatal(err)
	}
}

// answering answers one request of mario's, who was found while the log was looked at.
func answering(t *testing.T, e *Edge, method string, do func(ctx context.Context)) {
	t.Helper()
	e.Traced(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		ctx, done := e.Ahead(r.Context())
		defer done()
		Of(ctx).Caller.Actor = mario
		do(ctx)
	})).ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), method, "/richieste", nil))
}

func TestARequestThatOnlyReadsLooksOnceForWhatItIsTold(t *testing.T) {
	t.Parallel()
	e, store := desk(t)
	w := &watched{Memory: store}
	e.Commands.Store = w
	give(t, e, domain.RoleGiven{Role: mario.Role, Ente: mario.Ente, Comune: "042002"})
	ask := func(ctx context.Context) {
		for range 3 {
			if reach, err := e.Reach(ctx); err != nil || len(reach.Comuni()) != 1 {
				t.Errorf("reach %v, %v", reach, err)
			}
			if person, err := commands.Fact(ctx, e.Commands, mario.Utente.Stream()); err != nil || len(person.Roles) != 1 {
				t.Errorf("roles %v, %v", person.Roles, err)
			}
		}
	}
	answering(t, e, http.MethodGet, ask) // the first has nothing to look from
	for method, looks := range map[string]int{http.MethodGet: 1, http.MethodHead: 1, http.MethodPost: 6} {
		w.looks = 0
		if answering(t, e, method, ask); w.looks != looks {
			t.Errorf("%s looked %d times, want %d", method, w.looks, looks)
		}
	}
}

func TestARoleThatWasTakenIsGone(t *testing.T) {
	t.Parallel()
	given := domain.RoleGiven{Role: mario.Role, Ente: mario.Ente, Comune: "042002"}
	taken := domain.RoleTaken{Role: mario.Role, Ente: mario.Ente, Comune: "042002"}
	for name, c := range map[string]struct {
		method string
		then   func(e *Edge, ctx context.Context) (again context.Context)
	}{
		"at the next request": {http.MethodGet, func(e *Edge, ctx context.Context) (again context.Context) {
			answering(t, e, http.MethodGet, func(next context.Context) { again = next })
			return again
		}},
		"after a wait": {http.MethodGet, func(e *Edge, ctx context.Context) context.Context {
			_, over := e.Wait(ctx, time.Minute)
			over()
			return ctx
		}},
		"from an answer that lasts": {http.MethodGet, func(e *Edge, ctx context.Context) context.Context {
			ctx, end := e.Lasting(context.WithValue(ctx, connectionKey{}, ctx))
			t.Cleanup(end)
			return ctx
		}},
		"from what changes something, once it was told": {http.MethodPost, func(_ *Edge, ctx context.Context) context.Context { return ctx }},
	} {
		e, _ := desk(t)
		give(t, e, given)
		answering(t, e, c.method, func(ctx context.Context) {
			_, before := e.Reach(ctx)
			give(t, e, taken)
			if _, after := e.Reach(c.then(e, ctx)); before != nil || domain.CodeOf(after) != domain.Forbidden {
				t.Errorf("%s: %v before, %v after it was taken", name, before, after)
			}
		})
	}
}
