// Package admin lets who administers the installation act on it while it runs:
// over a unix socket that root and the server's own account alone may use. Each
// operation is one file; both ends of it are made of the same value.
package admin

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Server answers the operations. Its fields are what they need of the other parts;
// all are set before Serve.
type Server struct {
	Commands *commands.Handler
	// Erase destroys the data key and the document of a visura, and records it.
	Erase func(ctx context.Context, id domain.VisuraID, m domain.Meta, cmd commands.EraseVisura) (commands.Outcome, error)
	// Tokens are those by which people act in a capacity.
	Tokens commands.BearerTokens
	// Access invites people, and knows their sessions.
	Access *commands.Access
	// Connection replaces the Comuni's ways to ANPR; nil where the address of ANPR is
	// not set.
	Connection *commands.Connection
	// Rebuild makes a read model again from the events, by its name.
	Rebuild func(ctx context.Context, model string) error
	// Reconcile counts again by the events, and returns where the statistics differ.
	Reconcile func(ctx context.Context) ([]projections.Differenza, error)
	// Projections says how each read model stands.
	Projections func(ctx context.Context) ([]engine.Health, error)
	// Readers are the roles of PostgreSQL that read the views for dashboards.
	Readers projections.ReportReaders
	// Health says how each part fares: nil is well.
	Health func(ctx context.Context) map[string]error
	// Missing says what the installation as a whole lacks before a visura can be asked
	// for, in Italian.
	Missing func(ctx context.Context) ([]string, error)
	// Listed returns once what was entered up to a position is among Comuni.
	Listed func(ctx context.Context, at domain.Position) error
	// Comuni are those that were entered, as a read model knows them.
	Comuni func(ctx context.Context) ([]domain.CodiceISTAT, error)
	// Unknown are the last entries of the journal of nobody, the last first.
	Unknown func(ctx context.Context, last int) ([]projections.VoceIgnota, error)
	Log     *slog.Logger
}

// operations are all there are.
var operations = []route{
	Initialise, NameAdministrator, RemoveAdministrator, ListAdministrators,
	AddComune, ShowComuni, ReleaseQuattroOcchi, ConnectComune, TestConnection,
	NameTop, RemoveTop, ListTops, ReinstateTop, NameAuditor, RemoveAuditor, SuspendAuditor, ReinstateAuditor,
	Invite, ListGrants, ProposeReset, ApproveGrant, RejectGrant,
	ListUnknown, ListSessions, RevokeSessions, IssueToken, ListTokens, RevokeToken, EraseVisura, RebuildModel, Reconcile, ShowProjections, AdmitReader, DismissReader, ListReaders, ShowHealth,
}

// stopGrace is how long operations under way may take once the server stops.
const stopGrace = 10 * time.Second

// Serve answers on a socket until ctx ends; operations under way may finish then,
// within a bound. It removes the socket.
func (s *Server) Serve(ctx context.Context, socket *Socket) error {
	defer socket.Close()
	mux := http.NewServeMux()
	for _, o := range operations {
		mux.Handle("POST "+o.path(), o.serve(s))
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, ConnContext: withPeer}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(socket.listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.Background(), stopGrace)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return errors.Join(err, server.Close())
	}
	return nil
}
