package engine

import "github.com/visure-anagrafiche/visure/domain"

// Waiting returns how many wait for a read model.
func (r *Runner) Waiting(name string) int {
	r.signals.mu.Lock()
	defer r.signals.mu.Unlock()
	return len(r.signals.models[name].waiting)
}

// Watched returns how many streams are watched.
func (r *Runner) Watched() int {
	r.signals.mu.Lock()
	defer r.signals.mu.Unlock()
	return len(r.signals.watches)
}

// Streams is a small read model: a row a stream with the revision it has
// reached, in a table of the model's name.
type Streams struct {
	Table string
	Of    []string // categories
}

func (s Streams) Name() string         { return s.Table }
func (s Streams) Tables() []string     { return []string{s.Table} }
func (s Streams) Categories() []string { return s.Of }

// Create is the statement that makes the table.
func (s Streams) Create() string {
	return `CREATE TABLE ` + s.Table + ` (stream text PRIMARY KEY, revision bigint NOT NULL) WITH (fillfactor = 50)`
}

func (s Streams) Apply(w *Writer, events []domain.Recorded) error {
	for _, r := range events {
		w.Queue(`INSERT INTO `+s.Table+` AS t (stream, revision) VALUES ($1, $2)
			ON CONFLICT (stream) DO UPDATE SET revision = $2 WHERE t.revision < $2`, r.Stream, r.Revision)
	}
	return nil
}
