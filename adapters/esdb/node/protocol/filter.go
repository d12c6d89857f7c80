package protocol

import (
	"errors"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/filter"
)

// CompileFilter compiles a filter. The error for an expression that does not compile
// is ErrHandler, as on a real server; for one that is too long InvalidArgument.
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
