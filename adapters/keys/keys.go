// Package keys holds the data keys under which personal data are sealed, each of
// a name, in PostgreSQL, wrapped by a key-encryption key from a file. Destroying
// a data key makes what it sealed unreadable in every copy.
package keys

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/commands"
)

// ErrUnknown is returned for a key that was never made.
var ErrUnknown = errors.New("no such data key")

// keySize is that of AES-256.
const keySize = 32

// Keys gives, makes and destroys data keys, and derives pseudonyms. It is safe
// for concurrent use, by any number of instances on one database.
type Keys struct {
	pool       *pgxpool.Pool
	ring       ring
	pseudonyms pseudonyms
	cache      cache
	stock      stock
}

// checkName is the row by which a wrong key file is found out at the start.
const checkName = "_check"

// Open reads the key file, making it on first use, and proves that it fits the
// database. It refuses a file that others than its owner may read, one that
// does not fit, and to make a new one for a database that has keys.
func Open(ctx context.Context, pool *pgxpool.Pool, path string) (*Keys, error) {
	secrets, err := readFile(path)
	if errors.Is(err, errNoFile) {
		secrets, err = firstFile(ctx, pool, path)
	}
	if err != nil {
		return nil, fmt.Errorf("open keys: %w", err)
	}
	k := &Keys{pool: pool, cache: cache{now: time.Now}}
	if k.ring, err = newRing(secrets); err != nil {
		return nil, fmt.Errorf("open keys: %w", err)
	}
	if k.pseudonyms, err = newPseudonyms(secrets[0]); err != nil {
		return nil, fmt.Errorf("open keys: %w", err)
	}
	if _, err := k.create(ctx, checkName); errors.Is(err, errUnwrap) {
		return nil, fmt.Errorf("open keys: the key file %s is not the one this database's keys were wrapped with", path)
	} else if err != nil {
		return nil, fmt.Errorf("open keys: %w", err)
	}
	return k, nil
}

func firstFile(ctx context.Context, pool *pgxpool.Pool, path string) ([][]byte, error) {
	var used bool
	if err := pool.QueryRow(ctx, `SELECT EXISTS (SELECT FROM data_key)`).Scan(&used); err != nil {
		return nil, fmt.Errorf("look for keys: %w", err)
	}
	if used {
		return nil, fmt.Errorf("the key file %s is missing and the database holds keys wrapped with it: bring it back from its backup", path)
	}
	return makeFile(path)
}

// Key returns the 32 bytes of a data key: commands.ErrErased once it has been
// destroyed, ErrUnknown when it was never made. A key destroyed by another
// instance may be given for as long as forgetAfter.
func (k *Keys) Key(ctx context.Context, name string) ([]byte, error) {
	if key, ok := k.cache.get(name); ok {
		return key, nil
	}
	var wrapped []byte
	var destroyed bool
	err := k.pool.QueryRow(ctx, `SELECT wrapped, destroyed_at IS NOT NULL FROM data_key WHERE name = $1`, name).
		Scan(&wrapped, &destroyed)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fmt.Errorf("key %s: %w", name, ErrUnknown)
	}
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", name, err)
	}
	return k.open(name, wrapped, destroyed)
}

// Lookup returns the data keys of several names, those not remembered with one
// query. Destroyed ones are left out; a name that was never made is ErrUnknown.
func (k *Keys) Lookup(ctx context.Context, names []string) (map[string][]byte, error) {
	found := make(map[string][]byte, len(names))
	var missing []string
	for _, name := range names {
		if _, ok := found[name]; ok {
			continue
		}
		if key, ok := k.cache.get(name); ok {
			found[name] = key
		} else {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return found, nil
	}
	rows, err := k.pool.Query(ctx, `SELECT name, wrapped, destroyed_at IS NOT NULL FROM data_key WHERE name = ANY($1)`, missing)
	if err != nil {
		return nil, fmt.Errorf("look up %d keys: %w", len(missing), err)
	}
	known := make(map[string]bool, len(missing))
	var name string
	var wrapped []byte
	var destroyed bool
	_, err = pgx.ForEachRow(rows, []any{&name, &wrapped, &destroyed}, func() error {
		known[name] = true
		key, err := k.open(name, wrapped, destroyed)
		if err == nil {
			found[name] = key
		} else if !destroyed {
			return err
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look up %d keys: %w", len(missing), err)
	}
	for _, name := range missing {
		if !known[name] {
			return nil, fmt.Errorf("key %s: %w", name, ErrUnknown)
		}
	}
	return found, nil
}

// create returns the data key of a name, making it unless it exists; of two that
// create at once, both get the same. A destroyed key stays destroyed:
// commands.ErrErased.
func (k *Keys) create(ctx context.Context, name string) ([]byte, error) {
	if key, ok := k.cache.get(name); ok {
		return key, nil
	}
	key := make([]byte, keySize)
	rand.Read(key)
	fresh := k.ring.wrap(name, key)
	var wrapped []byte
	var destroyed bool
	// The update changes nothing; it is there to return the row that exists.
	err := k.pool.QueryRow(ctx, `
		INSERT INTO data_key (name, wrapped) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET name = excluded.name
		RETURNING wrapped, destroyed_at IS NOT NULL`, name, fresh).
		Scan(&wrapped, &destroyed)
	if err != nil {
		return nil, fmt.Errorf("create key %s: %w", name, err)
	}
	if bytes.Equal(wrapped, fresh) {
		k.cache.put(name, key)
		return bytes.Clone(key), nil
	}
	return k.open(name, wrapped, destroyed)
}

func (k *Keys) open(name string, wrapped []byte, destroyed bool) ([]byte, error) {
	if destroyed {
		return nil, fmt.Errorf("key %s: %w", name, commands.ErrErased)
	}
	key, err := k.ring.unwrap(name, wrapped)
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", name, err)
	}
	k.cache.put(name, key)
	return bytes.Clone(key), nil
}

// Destroy overwrites a data key for good, durably. Afterwards nobody can read
// it or make it anew, whether it existed or not; other instances forget it
// within forgetAfter. Backups of the database keep the wrapped key for as long
// as they are kept. Repeating it changes nothing.
func (k *Keys) Destroy(ctx context.Context, name string) error {
	_, err := k.pool.Exec(ctx, `
		INSERT INTO data_key AS k (name, wrapped, destroyed_at) VALUES ($1, '', now())
		ON CONFLICT (name) DO UPDATE SET wrapped = '', destroyed_at = coalesce(k.destroyed_at, now())`, name)
	if err != nil {
		return fmt.Errorf("destroy key %s: %w", name, err)
	}
	k.cache.drop(name)
	return nil
}

// Rewrap wraps every data key anew that is wrapped by a secret other than the
// file's last, and returns how many. It may be interrupted and repeated, and
// run beside everything else. Afterwards the older secrets, save the first,
// may be taken out of the file.
func (k *Keys) Rewrap(ctx context.Context) (int, error) {
	rows, err := k.pool.Query(ctx, `
		SELECT name, wrapped FROM data_key
		WHERE destroyed_at IS NULL AND substring(wrapped FOR $1) <> $2`, idSize, k.ring.current().id)
	if err != nil {
		return 0, fmt.Errorf("rewrap: %w", err)
	}
	type row struct {
		Name    string
		Wrapped []byte
	}
	old, err := pgx.CollectRows(rows, pgx.RowToStructByPos[row])
	if err != nil {
		return 0, fmt.Errorf("rewrap: %w", err)
	}
	for i, r := range old {
		key, err := k.ring.unwrap(r.Name, r.Wrapped)
		if err != nil {
			return i, fmt.Errorf("rewrap %s: %w", r.Name, err)
		}
		_, err = k.pool.Exec(ctx, `UPDATE data_key SET wrapped = $3 WHERE name = $1 AND wrapped = $2`,
			r.Name, r.Wrapped, k.ring.wrap(r.Name, key))
		if err != nil {
			return i, fmt.Errorf("rewrap %s: %w", r.Name, err)
		}
	}
	return len(old), nil
}
