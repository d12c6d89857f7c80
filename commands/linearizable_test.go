package commands_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// uneven is a store in which calls overtake one another.
type uneven struct{ commands.Store }

func (u uneven) stumble() {
	for range rand.IntN(20) {
		runtime.Gosched()
	}
}

func (u uneven) Load(ctx context.Context, stream string, after int64, each func(domain.Recorded)) (int64, error) {
	u.stumble()
	defer u.stumble()
	return u.Store.Load(ctx, stream, after, each)
}

func (u uneven) Append(ctx context.Context, stream string, expected int64, events []domain.Event, m domain.Meta) (domain.Position, error) {
	u.stumble()
	defer u.stumble()
	return u.Store.Append(ctx, stream, expected, events, m)
}

func (u uneven) Since(ctx context.Context, after domain.Position, most int, wants func(string, uint64) bool, each func(domain.Recorded)) (domain.Position, bool, error) {
	u.stumble()
	defer u.stumble()
	return u.Store.Since(ctx, after, most, wants, each)
}

// A right is a register that TOPs write and requests read: whatever the
// interleaving, on two servers at once, there is one order of all commands in
// which each request is answered by what was granted when it was made.
func TestGrantsRevocationsAndRequestsAreLinearizable(t *testing.T) {
	model := porcupine.Model{
		Init: func() any { return true },
		Step: func(state, input, output any) (bool, any) {
			if granted, writes := input.(bool); writes {
				return true, granted
			}
			return output.(bool) == state.(bool), state
		},
		DescribeOperation: func(input, output any) string { return fmt.Sprintf("%v → %v", input, output) },
	}
	for range 30 {
		w := newTown().headed()
		servers := []*commands.Handler{w.handlerOver(uneven{w}), w.handlerOver(uneven{w})}
		var mu sync.Mutex
		var history []porcupine.Operation
		began := time.Now()
		record := func(client int, input any, do func() any) {
			call := time.Since(began).Nanoseconds()
			output := do()
			mu.Lock()
			defer mu.Unlock()
			history = append(history, porcupine.Operation{ClientId: client, Input: input, Call: call, Output: output, Return: time.Since(began).Nanoseconds()})
		}
		var clients sync.WaitGroup
		for client := range 6 {
			h := servers[client%2]
			if client < 2 {
				h = servers[0] // two servers writing one profile at once may both be refused
			}
			clients.Go(func() {
				for n := range 8 {
					if client >= 2 {
						record(client, "request", func() any {
							ctx := t.Context()
							if n%2 == 0 {
								with, done := h.Ahead(ctx, false)
								defer done()
								ctx = with
							}
							return requestWith(ctx, h) == nil
						})
						continue
					}
					grant := (n+client)%2 == 0
					p := commands.DefineProfile{Comune: comune, Nome: fmt.Sprint(client, n), Tipi: []domain.TipoConcesso{{Tipo: domain.Nascita}}}
					if grant {
						p.Tipi = append(p.Tipi, domain.TipoConcesso{Tipo: domain.Residenza})
					}
					record(client, grant, func() any {
						if _, err := commands.Handle(t.Context(), h, prof.Stream(), domain.Meta{By: luisa}, p); err != nil {
							t.Errorf("define: %v", err)
						}
						return nil
					})
				}
			})
		}
		clients.Wait()
		if !porcupine.CheckOperations(model, history) {
			t.Fatalf("no order explains %v", history)
		}
	}
}
