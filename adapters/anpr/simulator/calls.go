package simulator

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"
	"time"
)

// Call is one request as the simulator saw it. It holds no personal data:
// Subject is a keyed digest of the codice fiscale asked about, good only for
// telling whether two calls concern the same person within one run.
type Call struct {
	At        time.Time     `json:"at"`
	Comune    string        `json:"comune,omitempty"`
	Operation string        `json:"operation"`
	ID        string        `json:"id_operazione_comune,omitempty"`
	ANPRID    string        `json:"id_operazione_anpr,omitempty"`
	Subject   string        `json:"subject,omitempty"`
	Replay    bool          `json:"replay,omitempty"`
	Rule      Kind          `json:"rule,omitempty"`
	Outcome   string        `json:"outcome"` // "OK", "KO EN122", "fault ...", "hang" ...
	Took      time.Duration `json:"took"`
}

// journal is the call log: the last calls, up to a limit, and how many in all.
type journal struct {
	mu    sync.Mutex
	key   []byte
	limit int
	calls []Call
	total int
	more  chan struct{} // closed by the next call
}

func newJournal(limit int) *journal {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return &journal{key: key, limit: limit, more: make(chan struct{})}
}

func (j *journal) add(c Call) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.total++
	if len(j.calls) >= j.limit {
		j.calls = append(j.calls[:0:0], j.calls[len(j.calls)/2:]...)
	}
	j.calls = append(j.calls, c)
	close(j.more)
	j.more = make(chan struct{})
}

// await returns when n calls have been made since the log was cleared, or with
// ctx's error.
func (j *journal) await(ctx context.Context, n int) error {
	for {
		j.mu.Lock()
		total, more := j.total, j.more
		j.mu.Unlock()
		if total >= n {
			return nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			return fmt.Errorf("%d calls of %d: %w", total, n, ctx.Err())
		}
	}
}

// list copies the calls kept, oldest first.
func (j *journal) list() []Call {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]Call(nil), j.calls...)
}

func (j *journal) clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.calls, j.total = nil, 0
}

func (j *journal) subject(codiceFiscale string) string {
	if codiceFiscale == "" {
		return ""
	}
	mac := hmac.New(sha256.New, j.key)
	mac.Write([]byte(codiceFiscale))
	return hex.EncodeToString(mac.Sum(nil)[:8])
}
