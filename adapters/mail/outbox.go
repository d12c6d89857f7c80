package mail

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Config is what an Outbox needs. Only Now and Ticks have a default.
type Config struct {
	DB     *pgxpool.Pool
	Sender Sender
	From   string // "Anagrafe di Cortina <visure@comune.example>"; its domain is in every Message-ID
	// Seal and Open keep what waits unreadable in the database.
	Seal, Open func([]byte) ([]byte, error)
	Log        *slog.Logger

	Now   func() time.Time // time.Now
	Ticks <-chan time.Time // when to look for what is due; default: every 15 s, and after each Put here
}

// Outbox keeps messages until the server has taken them. Any number of instances may
// work on one database: each message is in the hands of one at a time.
//
// A message is sent once, but for one case: who dies, or loses the database, after
// the server took it and before that is written down leaves it to be sent again. It
// then is the same bytes with the same Message-ID, by which the recipient's side can
// tell that it has it already. "Once" holds by Message-ID.
type Outbox struct {
	config Config
	from   *netmail.Address
	put    chan struct{} // something was put here
}

// New returns an Outbox, or says what in the configuration is wrong.
func New(config Config) (*Outbox, error) {
	if config.DB == nil || config.Sender == nil || config.Seal == nil || config.Open == nil || config.Log == nil {
		return nil, errors.New("configure mail: a part is missing")
	}
	from, err := parseAddress("from", config.From)
	if err != nil {
		return nil, fmt.Errorf("configure mail: %w", err)
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	return &Outbox{config: config, from: from, put: make(chan struct{}, 1)}, nil
}

// Put keeps a message to be sent, and returns when it is safe. A message whose key was
// put before is not kept, whatever it says: the first one stands. A message that
// cannot be sent is refused with the field's name.
func (o *Outbox) Put(ctx context.Context, m Message) error {
	to, err := m.check()
	if err != nil {
		return err
	}
	now := o.config.Now()
	raw, err := m.compose(o.from, to, now)
	if err != nil {
		return err
	}
	sealed, err := o.seal(m.Key, Letter{From: o.from.Address, To: to.Address, Raw: raw})
	if err != nil {
		return fmt.Errorf("seal mail %s: %w", m.Key, err)
	}
	hash := sha256.Sum256(raw)
	_, err = o.config.DB.Exec(ctx, `
		INSERT INTO mail (key, sealed, hash, created_at, next_try) VALUES ($1, $2, $3, $4, $4)
		ON CONFLICT (key) DO NOTHING`, m.Key, sealed, hash[:], now)
	if err != nil {
		return fmt.Errorf("put mail %s: %w", m.Key, err)
	}
	select {
	case o.put <- struct{}{}:
	default: // whoever looks will find this one too
	}
	return nil
}

// waiting is what is sealed: the key too, so that a row's content fits that row only.
type waiting struct {
	Key    string `json:"key"`
	Letter Letter `json:"letter"`
}

func (o *Outbox) seal(key string, l Letter) ([]byte, error) {
	text, err := json.Marshal(waiting{key, l})
	if err != nil {
		return nil, err
	}
	return o.config.Seal(text)
}

func (o *Outbox) open(key string, sealed []byte) (Letter, error) {
	text, err := o.config.Open(sealed)
	if err != nil {
		return Letter{}, err
	}
	var w waiting
	if json.Unmarshal(text, &w) != nil || w.Key != key {
		return Letter{}, errors.New("it is the content of another row")
	}
	return w.Letter, nil
}
