package simulator

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"sync"
)

// answers remembers every answer by sender and idOperazioneComune, in a file so
// that a long run does not fill the memory; with a folder it outlives a restart.
type answers struct {
	mu    sync.Mutex
	file  *os.File
	keep  bool
	size  int64
	index map[string]entry
	count int64 // answers given ids so far
}

// entry is where an answer stands. While it is being made, length is 0.
type entry struct {
	operation string
	offset    int64
	length    int
}

// record is an answer in the file, after its length in four bytes.
type record struct {
	Key, Operation, Outcome, ANPRID string
	Body, PDF                       []byte
}

// What begin found.
type begun int

const (
	fresh     begun = iota // nobody asked with this id: make the answer, then finish or abandon
	stored                 // here is the answer given
	running                // another call with this id has not finished
	elsewhere              // the id was used for another operation
)

// openAnswers reads what an earlier run stored in dir; "" forgets at the end.
func openAnswers(dir string) (*answers, error) {
	a := &answers{index: map[string]entry{}, keep: dir != ""}
	var err error
	if dir == "" {
		a.file, err = os.CreateTemp("", "anpr-answers-*")
	} else {
		if err = os.MkdirAll(dir, 0o700); err == nil {
			a.file, err = os.OpenFile(filepath.Join(dir, "answers.log"), os.O_RDWR|os.O_CREATE, 0o600)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("open answers: %w", err)
	}
	if err := a.load(); err != nil {
		return nil, errors.Join(fmt.Errorf("read answers: %w", err), a.file.Close())
	}
	return a, nil
}

// load rebuilds the index; a record cut off by a crash is dropped, and so is
// what a crash left behind the last one.
func (a *answers) load() error {
	info, err := a.file.Stat()
	if err != nil {
		return fmt.Errorf("size: %w", err)
	}
	r := bufio.NewReader(a.file)
	var head [4]byte
	for {
		if _, err := io.ReadFull(r, head[:]); err != nil {
			break
		}
		n := int(binary.BigEndian.Uint32(head[:]))
		if n == 0 || int64(n) > info.Size() {
			break
		}
		data := make([]byte, n)
		if _, err := io.ReadFull(r, data); err != nil {
			break
		}
		var rec record
		if err := json.Unmarshal(data, &rec); err != nil {
			return fmt.Errorf("record at %d: %w", a.size, err)
		}
		a.index[rec.Key] = entry{rec.Operation, a.size + 4, n}
		a.size += int64(4 + n)
		if given, err := strconv.ParseInt(rec.ANPRID, 10, 64); err == nil {
			a.count = max(a.count, given-firstANPRID)
		}
	}
	return a.file.Truncate(a.size)
}

func key(sender, id string) string { return sender + "/" + id }

// begin claims an id for an operation, or says what became of it.
func (a *answers) begin(sender, id, operation string) (begun, answer, string, error) {
	a.mu.Lock()
	e, ok := a.index[key(sender, id)]
	switch {
	case !ok:
		a.index[key(sender, id)] = entry{operation: operation}
		a.count++
		n := a.count
		a.mu.Unlock()
		return fresh, answer{}, anprID(n), nil
	case e.operation != operation:
		a.mu.Unlock()
		return elsewhere, answer{}, "", nil
	case e.length == 0:
		a.mu.Unlock()
		return running, answer{}, "", nil
	}
	a.mu.Unlock()
	data := make([]byte, e.length)
	if _, err := a.file.ReadAt(data, e.offset); err != nil {
		return stored, answer{}, "", fmt.Errorf("read answer: %w", err)
	}
	var rec record
	if err := json.Unmarshal(data, &rec); err != nil {
		return stored, answer{}, "", fmt.Errorf("decode answer: %w", err)
	}
	return stored, answer{Body: rec.Body, PDF: rec.PDF, Outcome: rec.Outcome}, rec.ANPRID, nil
}

// firstANPRID is beyond 32 bits, as idOperazioneANPR are since 2025.
const firstANPRID = 5_000_000_000_000

func anprID(n int64) string { return strconv.FormatInt(firstANPRID+n, 10) }

// finish stores the answer of an id that begin found fresh.
func (a *answers) finish(sender, id, operation, anprID string, ans answer) error {
	data, err := json.Marshal(record{key(sender, id), operation, ans.Outcome, anprID, ans.Body, ans.PDF})
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	framed := binary.BigEndian.AppendUint32(make([]byte, 0, 4+len(data)), uint32(len(data)))
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, err := a.file.WriteAt(append(framed, data...), a.size); err != nil {
		delete(a.index, key(sender, id))
		return fmt.Errorf("store answer: %w", err)
	}
	a.index[key(sender, id)] = entry{operation, a.size + 4, len(data)}
	a.size += int64(4 + len(data))
	return nil
}

// abandon lets an id be used again after begin found it fresh.
func (a *answers) abandon(sender, id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.index, key(sender, id))
}

// clear forgets every answer.
func (a *answers) clear() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	for k, e := range a.index {
		if e.length > 0 {
			delete(a.index, k)
		}
	}
	a.size = 0
	if err := a.file.Truncate(0); err != nil {
		return fmt.Errorf("forget answers: %w", err)
	}
	return nil
}

func (a *answers) close() error {
	err := a.file.Close()
	if !a.keep {
		err = errors.Join(err, os.Remove(a.file.Name()))
	}
	return err
}
