package keys

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Keys are made ahead of need, a batch in one commit, so that who seals something
// new waits for no commit. When few are left the next batch is made meanwhile.
const (
	batchSize = 256
	fewLeft   = batchSize / 2

	makeWithin = 10 * time.Second
)

// drawn is a data key with the name it is stored under.
type drawn struct {
	name string
	key  []byte
}

// stock is the keys made ahead. They are durable before they are in it.
type stock struct {
	mu     sync.Mutex
	ready  []drawn
	making *making
}

// making is a batch under way.
type making struct {
	done chan struct{}
	err  error
}

// Draw returns a data key that nobody was given before or will be again, and its
// name, whatever becomes of what it is drawn for. What is left in stock when the
// program ends is never used.
func (k *Keys) Draw(ctx context.Context) (name string, key []byte, err error) {
	for {
		d, batch := k.stock.take(k)
		if d.key != nil {
			k.cache.put(d.name, d.key)
			return d.name, bytes.Clone(d.key), nil
		}
		select {
		case <-batch.done:
			if batch.err != nil {
				return "", nil, batch.err
			}
		case <-ctx.Done():
			return "", nil, fmt.Errorf("draw a key: %w", ctx.Err())
		}
	}
}

// take returns a key, or the batch to wait for when there is none; it sees to it
// that a batch is under way when few are left.
func (s *stock) take(k *Keys) (d drawn, batch *making) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.ready); n > 0 {
		d, s.ready = s.ready[n-1], s.ready[:n-1]
	}
	if len(s.ready) < fewLeft && s.making == nil {
		s.making = &making{done: make(chan struct{})}
		go s.fill(k, s.making)
	}
	return d, s.making
}

// fill makes a batch.
func (s *stock) fill(k *Keys, batch *making) {
	made, err := k.makeBatch(context.Background())
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ready, s.making = append(s.ready, made...), nil
	batch.err = err
	close(batch.done)
}

// makeBatch makes keys, durably.
func (k *Keys) makeBatch(ctx context.Context) ([]drawn, error) {
	ctx, cancel := context.WithTimeout(ctx, makeWithin)
	defer cancel()
	made := make([]drawn, batchSize)
	names, wrapped := make([]string, batchSize), make([][]byte, batchSize)
	for i := range made {
		key := make([]byte, keySize)
		rand.Read(key)
		made[i] = drawn{uuid.NewString(), key}
		names[i], wrapped[i] = made[i].name, k.ring.wrap(made[i].name, key)
	}
	_, err := k.pool.Exec(ctx, `INSERT INTO data_key (name, wrapped) SELECT * FROM unnest($1::text[], $2::bytea[])`, names, wrapped)
	if err != nil {
		return nil, fmt.Errorf("make %d keys: %w", batchSize, err)
	}
	return made, nil
}
