package esdb

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// What may be over in a moment is repeated; what the server decided is not.
func TestWhatPassesIsToldFromWhatWasDecided(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"a connection that broke while sending": {fmt.Errorf("could not send append request header. Reason: %w", io.EOF), true},
		"a call given up":                       {&abandonedError{errors.New("late")}, true},
		"a server out of reach":                 {fmt.Errorf("append: %w", errUnreachable), true},
		"a server that is not ready":            {status.Error(codes.Unavailable, "not ready"), true},
		"a request that is wrong":               {status.Error(codes.InvalidArgument, "too big"), false},
		"no permission":                         {status.Error(codes.PermissionDenied, "no"), false},
		"a closed client":                       {ErrClosed, false},
	} {
		if got := passing(c.err); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
