package persistent

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/group"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
)

// runner runs one group: one goroutine owns the state machine, reads the journal for
// it and carries out its outputs. Other goroutines put functions into the inbox,
// which run on that goroutine.
type runner struct {
	config  *definition
	journal *journal.Journal
	logger  *slog.Logger
	inbox   *mailbox[func()]
	saver   *saver
	stop    chan struct{}
	done    chan struct{}
	reason  error // why consumers are dropped at the stop; set before stop is closed

	// Owned by the goroutine.
	machine   *group.Group
	source    source
	replay    replay
	consumers map[group.ConsumerID]*consumer
	last      group.ConsumerID
	gone      bool // the source was tombstoned before it was caught up with
	owed      int  // size of a read that failed; the next tick repeats it
}

// startRunner starts a group from its durable progress.
func startRunner(j *journal.Journal, logger *slog.Logger, config *definition) (*runner, error) {
	keep, err := config.Filter.Compile()
	if err != nil {
		return nil, fmt.Errorf("start group %s: %w", config.key(), err)
	}
	g := &runner{
		config: config, journal: j, logger: logger.With("group", config.key().String()), inbox: newMailbox[func()](), saver: newSaver(),
		stop: make(chan struct{}), done: make(chan struct{}), consumers: map[group.ConsumerID]*consumer{},
		source: source{journal: j, config: config, keep: keep, next: config.From},
	}
	if err := g.resume(); err != nil {
		g.saver.close()
		return nil, fmt.Errorf("start group %s: %w", config.key(), err)
	}
	go g.run()
	return g, nil
}

func (g *runner) resume() error {
	finished, err := loadCheckpoint(g.journal, g.config.key())
	var damage *journal.Damage
	if errors.As(err, &damage) {
		g.logger.Warn("event store group begins anew", "reason", damage.Reason) // delivers everything again, so nothing is lost
		finished, err = nil, nil
	}
	if err != nil {
		return err
	}
	if finished != nil {
		g.source.next = *finished + 1
	}
	g.machine = group.New(time.Now(), g.config.rules(), finished)
	return g.resumeReplay()
}

// close ends the group: consumers are dropped with the reason, and writes under way
// are finished. It must be called once.
func (g *runner) close(reason error) {
	g.reason = reason
	close(g.stop)
	<-g.done
	g.saver.close()
}

func (g *runner) run() {
	defer close(g.done)
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	now := make(chan struct{})
	close(now)
	changed := g.journal.Changed()
	var inbox []func()
	for {
		var again chan struct{}
		if g.work() {
			again = now
		}
		select {
		case <-g.stop:
			g.end()
			return
		case <-g.inbox.wake:
			inbox = g.inbox.take(inbox)
			for _, f := range inbox {
				f()
			}
		case <-changed:
			changed = g.journal.Changed()
			g.machine.Committed()
		case at := <-ticker.C:
			g.tick(at)
		case <-again:
		}
	}
}

// end runs the functions left in the inbox and drops the consumers.
func (g *runner) end() {
	g.inbox.close()
	for _, f := range g.inbox.take(nil) {
		f()
	}
	g.dropAll(g.reason)
}

func (g *runner) tick(at time.Time) {
	if g.owed > 0 {
		g.read(g.owed)
	}
	g.machine.Tick(at)
	g.saveReplay()
}

// work carries out the outputs of the machine and reports whether there is more to
// do at once.
func (g *runner) work() bool {
	more := g.feedReplay()
	out := g.machine.Take()
	g.park(out.Parks)
	if out.Checkpoint != nil {
		g.saveCheckpoint(*out.Checkpoint)
	}
	g.push(out.Pushes)
	if out.Read > 0 {
		g.read(out.Read)
		more = true
	}
	return more
}

// read passes a page of n events to the machine. When the source is gone no page
// follows, and the group delivers nothing more.
func (g *runner) read(n int) {
	now := time.Now()
	page, err := g.source.read(n, g.machine.Live())
	g.owed = 0
	switch {
	case errors.Is(err, errGone):
		g.gone = true
		g.dropAll(droppedFault(g.config.key()))
	case err != nil:
		g.logger.Error("event store group cannot read", "error", err)
		g.owed = n
	default:
		g.machine.Read(now, page)
	}
}

// saveCheckpoint writes a checkpoint in the background.
func (g *runner) saveCheckpoint(position uint64) {
	g.save("checkpoint", func() error { return writeCheckpoint(g.journal, g.config.key(), position) }, func(err error) {
		if err != nil {
			g.machine.CheckpointFailed()
			return
		}
		g.machine.CheckpointWritten(time.Now())
	})
}

// save runs write on the saver's goroutine, then then on the group's.
func (g *runner) save(what string, write func() error, then func(error)) {
	g.saver.jobs.put(func() {
		err := write()
		if err != nil && !errors.Is(err, journal.ErrClosed) {
			g.logger.Error("event store group cannot write", "what", what, "error", err)
		}
		g.inbox.put(func() { then(err) })
	})
}

// ask runs f on the group's goroutine and waits for it. It returns false when the
// group has ended.
func (g *runner) ask(f func()) bool {
	answered := make(chan struct{})
	if !g.inbox.put(func() { defer close(answered); f() }) {
		return false
	}
	<-answered
	return true
}
