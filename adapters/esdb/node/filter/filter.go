// Package filter chooses events of the log by the name of their stream or by their
// type, as filtered reads, subscriptions and groups ask for.
//
// Regular expressions are those of .NET, which real servers use: lookaround and
// backreferences work, $ also matches before a final newline, \d and \w are of all
// Unicode. They are searched for anywhere in the name. Names of Unicode blocks
// (\p{IsCyrillic}) do not compile here.
package filter

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/dlclark/regexp2"
)

// Filter is one choice. A regular expression wins over prefixes, any one of which
// suffices; with neither, nothing is chosen.
type Filter struct {
	OnType   bool     `json:"on_type,omitempty"` // else on the stream's name
	Regex    string   `json:"regex,omitempty"`
	Prefixes []string `json:"prefixes,omitempty"`
}

// Keep tells whether an event is chosen. The arguments are not kept. An error says
// that the expression could not be decided.
type Keep func(stream, typ []byte) (bool, error)

// Errors of expressions.
var (
	// ErrSyntax says that the expression does not compile.
	ErrSyntax = errors.New("the regular expression of the filter does not compile")
	// ErrTooLong says that the expression has more than 8192 bytes.
	ErrTooLong = errors.New("the regular expression of the filter is longer than 8192 bytes")
	// ErrTooSlow says that deciding on one event took longer than a second.
	ErrTooSlow = errors.New("the regular expression of the filter takes longer than a second for an event")
)

const (
	maxExpression = 8192
	// matchLimit bounds the search in one name, which backtracking can make
	// exponential. The library's clock ticks every 100 ms and machines may be
	// loaded, so it is far above any useful expression.
	matchLimit = time.Second
)

// Compile prepares the filter. Of a nil filter the result is nil, which keeps all.
// Several goroutines may use the result at once.
func (f *Filter) Compile() (Keep, error) {
	if f == nil {
		return nil, nil
	}
	matches := f.byPrefix
	if f.Regex != "" {
		var err error
		if matches, err = byExpression(f.Regex); err != nil {
			return nil, err
		}
	}
	if f.OnType {
		return func(_, typ []byte) (bool, error) { return matches(typ) }, nil
	}
	return func(stream, _ []byte) (bool, error) { return matches(stream) }, nil
}

func (f *Filter) byPrefix(name []byte) (bool, error) {
	for _, p := range f.Prefixes {
		if len(p) <= len(name) && string(name[:len(p)]) == p {
			return true, nil
		}
	}
	return false, nil
}

func byExpression(expression string) (func([]byte) (bool, error), error) {
	if len(expression) > maxExpression {
		return nil, ErrTooLong
	}
	re, err := regexp2.Compile(expression, regexp2.None)
	if err != nil {
		return nil, ErrSyntax
	}
	re.MatchTimeout = matchLimit
	return func(name []byte) (matched bool, err error) {
		// The expression comes from a client: a panic of the library must not end
		// the process.
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("match a filter: %v", p)
			}
		}()
		if matched, err = re.MatchRunes(bytes.Runes(name)); err != nil {
			return false, ErrTooSlow
		}
		return matched, nil
	}, nil
}
