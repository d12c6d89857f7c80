package edge

import (
	"errors"
	"io"
	"net"
	"net/http"
	"time"
)

// BodyTime is how long the body of a request may take to arrive, where nobody allows it
// longer.
const BodyTime = 5 * time.Second

// arriving bounds how long the body of a request may take, whoever reads it, or if nobody
// does. The bound is lifted once all is there: what does not come in time is not waited
// for either when the answer was given, and the connection ends with that.
func arriving(w http.ResponseWriter, r *http.Request) {
	b := &body{r.Body, http.NewResponseController(w)}
	if r.ContentLength == 0 {
		b.lift()
		return
	}
	b.within(BodyTime)
	r.Body = b
}

// Allow gives the body of a request another time to arrive.
func Allow(w http.ResponseWriter, within time.Duration) {
	(&body{connection: http.NewResponseController(w)}).within(within)
}

// body is one whose arrival is bounded.
type body struct {
	io.ReadCloser
	connection *http.ResponseController
}

// within bounds it; where that cannot be done the server's own bound holds.
func (b *body) within(d time.Duration) { _ = b.connection.SetReadDeadline(time.Now().Add(d)) }

// lift lifts it, so that it does not end what waits longer than a body may.
func (b *body) lift() { _ = b.connection.SetReadDeadline(time.Time{}) }

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		b.lift()
	}
	return n, err
}

// Unread is the problem of a body that could not be read to its end: what says that it
// was too long, or is no good.
func Unread(err error, tooLong, malformed string) *Problem {
	var long *http.MaxBytesError
	var slow net.Error
	switch {
	case errors.As(err, &long):
		return NewProblem(TooLarge, tooLong)
	case errors.As(err, &slow) && slow.Timeout():
		return NewProblem(TimedOut, "Quello che è stato inviato non è arrivato in tempo.")
	}
	return NewProblem(Malformed, malformed)
}
