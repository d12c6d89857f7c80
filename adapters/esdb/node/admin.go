package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
	"github.com/visure-anagrafiche/visure/unixsocket"
)

// adminSocket is the name, in the node's folder, of the unix socket of its admin
// service.
const adminSocket = "admin.sock"

// admin serves Keeper's methods over HTTP on a unix socket.
type admin struct {
	server http.Server
	cancel context.CancelFunc
	remove func() // the socket
}

// Administer serves Keep in other processes while the node runs: it listens on a
// unix socket of mode 0600 in the node's folder. It must be called at most once,
// before Close.
func (n *Node) Administer() error {
	l, remove, err := unixsocket.Listen(n.dir, adminSocket)
	if err != nil {
		return fmt.Errorf("administer node: %w", err)
	}
	a := &admin{remove: remove}
	var ctx context.Context
	ctx, a.cancel = context.WithCancel(context.Background())
	a.server.Handler = adminHandler(n.Data())
	a.server.BaseContext = func(net.Listener) context.Context { return ctx }
	a.server.ReadHeaderTimeout = 10 * time.Second
	n.mu.Lock()
	n.admin = a
	n.mu.Unlock()
	n.serving.Go(func() {
		if err := a.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			n.logger.Error("event store cannot be administered any more", "error", err)
		}
	})
	return nil
}

// close ends the requests under way and removes the socket.
func (a *admin) close() error {
	a.cancel()
	ctx, cancel := context.WithTimeout(context.Background(), stopGrace)
	defer cancel()
	err := a.server.Shutdown(ctx)
	a.remove()
	return err
}

func adminHandler(d *Data) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /verify", answer(d.Verify))
	mux.HandleFunc("GET /stats", answer(d.Stats))
	mux.HandleFunc("POST /scavenge", answer(d.Scavenge))
	mux.HandleFunc("POST /backup", func(w http.ResponseWriter, r *http.Request) {
		answer(func(ctx context.Context) (struct{}, error) {
			return struct{}{}, d.Backup(ctx, r.FormValue("to"))
		})(w, r)
	})
	mux.HandleFunc("GET /export", func(w http.ResponseWriter, r *http.Request) {
		if err := d.Export(r.Context(), w); err != nil {
			panic(http.ErrAbortHandler) // a truncated body must not look complete to the reader
		}
	})
	return mux
}

// adminReply is the JSON answer to a request: a result, or an error in one of two
// fields.
type adminReply[T any] struct {
	Result T      `json:"result"`
	Error  string `json:"error,omitempty"`
	Damage string `json:"damage,omitempty"`
}

func answer[T any](do func(context.Context) (T, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var reply adminReply[T]
		var err error
		reply.Result, err = do(r.Context())
		var damage *journal.Damage
		switch {
		case errors.As(err, &damage):
			reply.Damage = damage.Reason
		case err != nil:
			reply.Error = err.Error()
		}
		if err := json.NewEncoder(w).Encode(reply); err != nil {
			panic(http.ErrAbortHandler)
		}
	}
}
