package edge

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// How long a client may take for one part of an answer, and for all of it.
const (
	takenWithin  = 30 * time.Second
	longestWhole = time.Hour
)

// HandOver answers with a file of a media type that takes as long as it is read: write is
// given where to, and what to ask before it goes on, which returns what the caller may know
// then. Who may no longer, or does not take it in time, has it ended where it is.
func (e *Edge) HandOver(w http.ResponseWriter, r *http.Request, kind, name string, write func(ctx context.Context, w io.Writer, on func() (domain.Reach, error)) error) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	if r.Method == http.MethodHead {
		return
	}
	ctx, done := e.Lasting(r.Context())
	defer done()
	ctx, end := context.WithTimeout(ctx, longestWhole)
	defer end()
	control := http.NewResponseController(w)
	on := func() (domain.Reach, error) {
		if err := control.SetWriteDeadline(time.Now().Add(takenWithin)); err != nil {
			return domain.Reach{}, err
		}
		return e.Again(ctx, r)
	}
	if err := write(ctx, w, on); err != nil {
		e.Log.Warn("file not handed out whole", "action", Of(ctx).Action, "request", RequestID(ctx), "err", err)
		panic(http.ErrAbortHandler) // an answer cut short must not look complete
	}
}
