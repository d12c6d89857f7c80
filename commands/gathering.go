package commands

import (
	"context"
	"errors"
	"sync"

	"github.com/visure-anagrafiche/visure/domain"
)

// gathering takes the states that a decision rests on, as of the last refresh or
// later, and the revisions they have. Streams that are not remembered are read all
// at once: one after the other each would cost a call.
type gathering struct {
	handler   *Handler
	revisions map[string]int64 // by stream
	missing   []missing
}

// missing is a stream that is to be read.
type missing struct {
	stream string
	read   func(context.Context) (revision int64, err error)
}

// want has the state of a stream gathered into a place of its own, where it is
// once finish has returned.
func want[S State[S]](g *gathering, stream domain.Stream[S], into *S) {
	if f, ok := recall(g.handler, stream, true); ok {
		*into, g.revisions[string(stream)] = f.state, f.revision
		return
	}
	g.missing = append(g.missing, missing{string(stream), func(ctx context.Context) (int64, error) {
		f, err := load(ctx, g.handler, stream, true)
		*into = f.state
		return f.revision, err
	}})
}

// finish reads what is missing.
func (g *gathering) finish(ctx context.Context) error {
	all := g.missing
	g.missing = nil
	revisions, errs := make([]int64, len(all)), make([]error, len(all))
	var others sync.WaitGroup
	for i, m := range all {
		read := func() { revisions[i], errs[i] = m.read(ctx) }
		if i < len(all)-1 {
			others.Go(read)
		} else {
			read()
		}
	}
	others.Wait()
	for i, m := range all {
		g.revisions[m.stream] = revisions[i]
	}
	return errors.Join(errs...)
}
