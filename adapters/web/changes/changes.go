// Package changes tells who listens what changes of visure, as soon as the read models
// show it. What is new is read once for all who listen on an instance, and only those it
// may concern are woken: a listener costs no connection, no query and no buffer of its own.
package changes

import (
	"context"
	"errors"
	"log/slog"
	"sort"
	"sync"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// Bounds are how much there may be at once. All are positive.
type Bounds struct {
	Kept     int // changes that are kept, to be told again to who was away
	All      int // who may listen at once
	Person   int // of these, one person, and one person through one software
	Software int // of these, one software, whoever it asks for
}

// Errors of Listen.
var (
	ErrFull     = errors.New("too many listen at once")
	ErrPerson   = errors.New("this person listens often enough")
	ErrSoftware = errors.New("this software listens often enough")
)

// Changes keeps the newest changes of visure and wakes who listens. It is safe for
// concurrent use.
type Changes struct {
	bounds Bounds
	after  func(ctx context.Context, position domain.Position, most int) ([]projections.Novita, error)
	moves  func() (moved <-chan struct{}, stop func())
	log    *slog.Logger

	reading sync.Mutex // held while new ones are read

	mu        sync.Mutex
	kept      []projections.Novita
	first     uint64               // how many changes there were before kept[0]
	whole     bool                 // there never was one that is not kept
	listening map[domain.Actor]int // how many of each share; that of nobody is all of them
	topics    map[topic]map[*Listener]struct{}
	rest      context.CancelFunc // nobody needs what is new any more
}

// New returns the changes of a read model: after reads those that stand after a position,
// the oldest first and of more than most the newest; moves says when there may be more.
func New(bounds Bounds, after func(ctx context.Context, position domain.Position, most int) ([]projections.Novita, error), moves func() (<-chan struct{}, func()), log *slog.Logger) *Changes {
	return &Changes{
		bounds: bounds, after: after, moves: moves, log: log, whole: true,
		listening: map[domain.Actor]int{}, topics: map[topic]map[*Listener]struct{}{},
	}
}

// Listen has somebody begin to listen for what is within reach, after the change that a
// mark of Listener.Mark stands for; empty: after all that there are. A mark that is of no
// change that is kept counts as empty, and known is false. ErrFull, ErrPerson and
// ErrSoftware refuse who would be one too many. The listener must be closed.
func (c *Changes) Listen(ctx context.Context, by domain.Actor, reach domain.Reach, mark string) (l *Listener, known bool, err error) {
	shares := c.shares(by)
	if err := c.enter(shares); err != nil {
		return nil, false, err
	}
	l = &Listener{changes: c, shares: shares, woken: make(chan struct{}, 1)}
	// What is shown already is told to who was away; and a mark may come of another
	// instance that is further.
	if err := c.refresh(ctx); err != nil {
		l.Close()
		return nil, false, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	l.next, known = c.end(), mark == ""
	if next, ok := c.find(mark); ok {
		l.next, known = next, true
	}
	l.follow(reach)
	l.wake() // what came between is not looked for twice
	return l, known, nil
}

// share is a part of those who listen that is bounded.
type share struct {
	of   domain.Actor
	most int
	over error // refuses one more
}

// shares are those that somebody who listens is counted in.
func (c *Changes) shares(by domain.Actor) []share {
	all := []share{
		{domain.Actor{}, c.bounds.All, ErrFull},
		{domain.Actor{Utente: by.Utente, Via: by.Via}, c.bounds.Person, ErrPerson},
	}
	if by.Via != "" {
		all = append(all, share{domain.Actor{Via: by.Via}, c.bounds.Software, ErrSoftware})
	}
	return all
}

// enter counts one who listens in their shares, and begins to read what is new for the
// first.
func (c *Changes) enter(shares []share) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range shares {
		if c.listening[s.of] >= s.most {
			return s.over
		}
	}
	for _, s := range shares {
		c.listening[s.of]++
	}
	if c.listening[domain.Actor{}] == 1 {
		var ctx context.Context
		ctx, c.rest = context.WithCancel(context.Background())
		moved, stop := c.moves()
		go func() {
			defer stop()
			c.run(ctx, moved)
		}()
	}
	return nil
}

// exit takes one who listened from their shares, and rests after the last.
func (c *Changes) exit(shares []share) {
	for _, s := range shares {
		if c.listening[s.of]--; c.listening[s.of] == 0 {
			delete(c.listening, s.of)
		}
	}
	if len(c.listening) == 0 {
		c.rest()
	}
}

// Listening is how many listen.
func (c *Changes) Listening() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.listening[domain.Actor{}]
}

// faulty is how long is waited after what is new could not be read.
const faulty = time.Second

// run reads what is new, whenever there may be some, until ctx ends.
func (c *Changes) run(ctx context.Context, moved <-chan struct{}) {
	for {
		again := (<-chan time.Time)(nil)
		if err := c.refresh(ctx); err != nil && ctx.Err() == nil {
			c.log.Warn("changes of visure not read, trying again", "err", err)
			again = time.After(faulty)
		}
		select {
		case <-moved:
		case <-again:
		case <-ctx.Done():
			return
		}
	}
}

// refresh reads what is new and wakes those it may concern.
func (c *Changes) refresh(ctx context.Context) error {
	c.reading.Lock()
	defer c.reading.Unlock()
	c.mu.Lock()
	var at domain.Position
	if n := len(c.kept); n > 0 {
		at = c.kept[n-1].Position
	}
	c.mu.Unlock()
	found, err := c.after(ctx, at, c.bounds.Kept)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.take(found)
	return nil
}

// take keeps new changes and forgets the oldest.
func (c *Changes) take(found []projections.Novita) {
	if len(found) == c.bounds.Kept { // there may be more before these that were not read
		c.first, c.kept, c.whole = c.end()+1, nil, false
	}
	if c.kept = append(c.kept, found...); len(c.kept) > c.bounds.Kept+c.bounds.Kept/4 {
		over := len(c.kept) - c.bounds.Kept
		c.first, c.kept, c.whole = c.first+uint64(over), append([]projections.Novita(nil), c.kept[over:]...), false
	}
	for _, n := range found {
		for _, t := range about(n.Whose) {
			for l := range c.topics[t] {
				l.wake()
			}
		}
	}
}

// end is how many changes there were.
func (c *Changes) end() uint64 { return c.first + uint64(len(c.kept)) }

// find returns what comes after the change that a mark stands for, if that is kept.
func (c *Changes) find(text string) (next uint64, ok bool) {
	position, err := parseMark(text)
	if err != nil {
		return 0, false
	}
	if text == noMark {
		return c.first, c.whole
	}
	i := sort.Search(len(c.kept), func(i int) bool { return c.kept[i].Position.Compare(position) >= 0 })
	if i == len(c.kept) || mark(c.kept[i]) != text {
		return 0, false
	}
	return c.first + uint64(i) + 1, true
}
