package persistent

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"sync"

	pb "github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/access"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node/protocol"
)

// Service implements the PersistentSubscriptions service. It starts, changes and
// ends the groups; each is a runner. Its methods are safe for concurrent use.
type Service struct {
	pb.UnimplementedPersistentSubscriptionsServer
	journal *journal.Journal
	logger  *slog.Logger

	managing sync.Mutex // held while groups are created, updated, deleted, restarted

	mu         sync.RWMutex
	groups     map[Key]*runner
	streams    map[string]bool // streams that have, or since the start had, groups
	number     int64           // of the group created last
	restarting bool
	closed     bool
}

// Open starts every stored group. Close must be called before the journal is closed.
func Open(j *journal.Journal, logger *slog.Logger) (*Service, error) {
	s := &Service{journal: j, logger: logger}
	if err := s.start(); err != nil {
		s.stop(becauseStopping)
		return nil, err
	}
	return s, nil
}

func (s *Service) start() error {
	s.mu.Lock()
	s.groups, s.streams = map[Key]*runner{}, map[string]bool{}
	s.mu.Unlock()
	entries, err := s.journal.Entries(configEntry)
	if err != nil {
		return fmt.Errorf("load groups: %w", err)
	}
	for _, e := range entries {
		config := &definition{}
		if err := json.Unmarshal(e.Value, config); err != nil {
			return fmt.Errorf("load group %s: %w", e.Name, err)
		}
		g, err := startRunner(s.journal, s.logger, config)
		if err != nil {
			return err
		}
		s.put(g)
	}
	return nil
}

// put adds a group, in place of any with the same key.
func (s *Service) put(g *runner) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := g.config.key()
	s.groups[key], s.streams[key.Stream] = g, true
	s.number = max(s.number, g.config.Number)
}

// stop ends all groups. Their consumers are dropped with the reason.
func (s *Service) stop(reason func(Key) error) {
	s.mu.Lock()
	groups := s.groups
	s.groups = map[Key]*runner{}
	s.mu.Unlock()
	var ending sync.WaitGroup
	for _, g := range groups {
		ending.Go(func() { g.close(reason(g.config.key())) })
	}
	ending.Wait()
}

func becauseStopping(Key) error { return protocol.ErrStopping }

// Close ends all groups. Later calls are answered Unavailable.
func (s *Service) Close() {
	s.managing.Lock()
	defer s.managing.Unlock()
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.stop(becauseStopping)
}

// ready returns an error during RestartSubsystem and after Close.
func (s *Service) ready() error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.restarting || s.closed {
		return protocol.ErrStopping
	}
	return nil
}

// find returns a group, or the fault that it does not exist.
func (s *Service) find(key Key) (*runner, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.restarting || s.closed {
		return nil, protocol.ErrStopping
	}
	if g := s.groups[key]; g != nil {
		return g, nil
	}
	return nil, missingFault(key)
}

// ended is the answer for a group that has ended after find returned it: that it
// does not exist if it was deleted, else Unavailable.
func (s *Service) ended(key Key) error {
	if _, err := s.find(key); err != nil {
		return err
	}
	return protocol.ErrStopping
}

// manage begins a change to the groups, which lasts until done is called; there is
// one at a time. During a restart it returns an error at once.
func (s *Service) manage() (done func(), err error) {
	if err := s.ready(); err != nil {
		return nil, err
	}
	s.managing.Lock()
	if err := s.ready(); err != nil {
		s.managing.Unlock()
		return nil, err
	}
	return s.managing.Unlock, nil
}

// list returns the groups of a stream, or all if it is nil, in order of creation, or
// the fault that the stream never had any.
func (s *Service) list(stream *string) ([]*runner, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.restarting || s.closed {
		return nil, protocol.ErrStopping
	}
	if stream != nil && !s.streams[*stream] {
		return nil, missingFault(Key{Stream: *stream})
	}
	var found []*runner
	for key, g := range s.groups {
		if stream == nil || key.Stream == *stream {
			found = append(found, g)
		}
	}
	slices.SortFunc(found, func(a, b *runner) int { return int(a.config.Number - b.config.Number) })
	return found, nil
}

// RestartSubsystem drops all consumers and starts every group again from its durable
// progress.
func (s *Service) RestartSubsystem(ctx context.Context, _ *shared.Empty) (*shared.Empty, error) {
	if err := access.MayManage(ctx); err != nil {
		return nil, err
	}
	done, err := s.manage()
	if err != nil {
		return nil, err
	}
	defer done()
	s.setRestarting(true)
	defer s.setRestarting(false)
	s.stop(func(key Key) error { return droppedFault(key) })
	if err := s.start(); err != nil {
		s.logger.Error("event store groups cannot restart", "error", err)
		return nil, protocol.FaultOf(err)
	}
	return &shared.Empty{}, nil
}

func (s *Service) setRestarting(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.restarting = on
}
