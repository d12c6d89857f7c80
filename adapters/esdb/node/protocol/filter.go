package protocol

import (
	"errors"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/filter"
)

// CompileFilter compiles a filter. An expression that does not compile is answered as
// by a real server, one that is too long in words.
func CompileFilter(f *filter.Filter) (filter.Keep, error) {
	keep, err := f.Compile()
	if errors.Is(err, filter.ErrSyntax) {
		return nil, ErrHandler
	}
	if err != nil {
		return nil, InvalidArgument("%v", err)
	}
	return keep, nil
}
