package esdb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/visure-anagrafiche/visure/commands"
)

// keyNames remembers the names of the data keys of streams, as far as they were
// read or written lately. The zero value is empty; it is safe for concurrent use.
type keyNames struct {
	mu          sync.Mutex
	young, aged map[string]string
}

// maxNames bounds each half.
const maxNames = 16384

// note remembers a stream's key; an empty name is none.
func (n *keyNames) note(stream, name string) {
	if name == "" {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.keep(stream, name)
}

// of returns the name of a stream's key; empty when it is not remembered.
func (n *keyNames) of(stream string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	name, ok := n.young[stream]
	if !ok {
		if name, ok = n.aged[stream]; ok {
			n.keep(stream, name)
		}
	}
	return name
}

func (n *keyNames) keep(stream, name string) {
	if n.young == nil || len(n.young) >= maxNames {
		n.young, n.aged = make(map[string]string), n.young
	}
	n.young[stream] = name
}

// KeyName returns the name of the data key a stream's personal data is sealed
// under; empty when it has none yet. It stays known when the key is destroyed.
func (s *Store) KeyName(ctx context.Context, stream string) (string, error) {
	if name := s.names.of(stream); name != "" {
		return name, nil
	}
	for from := int64(0); ; {
		page, err := s.page(ctx, stream, from)
		if err != nil {
			return "", fmt.Errorf("find the key of %s: %w", stream, err)
		}
		for _, e := range page {
			parsed, err := parse(e, nil)
			if err != nil {
				return "", err
			}
			if name := parsed.half.Key; name != "" {
				s.names.note(stream, name)
				return name, nil
			}
		}
		if len(page) < pageSize {
			return "", nil
		}
		from += int64(len(page))
	}
}

// Key returns the data key of a stream: commands.ErrErased once it has been
// destroyed, and another error when the stream has none.
func (s *Store) Key(ctx context.Context, stream string) ([]byte, error) {
	name, err := s.KeyName(ctx, stream)
	switch {
	case err != nil:
		return nil, err
	case name == "":
		return nil, fmt.Errorf("%s has no data key", stream)
	}
	return s.codec.keys.Key(ctx, name)
}

// keyUnder is the key for one append: the stream's own, or for a stream that has
// none one that was drawn for it. It is found when it is first asked for.
type keyUnder struct {
	find func() (name string, key []byte, err error)
	name string
	key  []byte
}

func (s *Store) under(ctx context.Context, stream string, expected int64) *keyUnder {
	return &keyUnder{find: func() (name string, key []byte, err error) {
		if name = s.names.of(stream); name == "" && expected != commands.NoStream {
			if name, err = s.KeyName(ctx, stream); err != nil {
				return "", nil, err
			}
		}
		if name = cmp.Or(name, s.drawn.of(stream)); name == "" {
			name, key, err = s.codec.keys.Draw(ctx)
			s.drawn.note(stream, name)
			return name, key, err
		}
		key, err = s.codec.keys.Key(ctx, name)
		if expected == commands.NoStream && errors.Is(err, commands.ErrErased) {
			return "", nil, commands.ErrStale // what was erased is there
		}
		return name, key, err
	}}
}

func (u *keyUnder) get() (string, []byte, error) {
	if u.name != "" {
		return u.name, u.key, nil
	}
	name, key, err := u.find()
	if err == nil {
		u.name, u.key = name, key
	}
	return name, key, err
}
