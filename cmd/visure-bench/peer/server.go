// Package peer is what the program is measured against: a plain service over
// PostgreSQL that records a request for a visura as a row. It authenticates in the
// same way, makes the same checks of the same words, and answers 202 when the row
// and a line of the journal have been committed. It seals nothing, issues
// nothing, and is never run on data of real people.
package peer

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/migrations"
)

// Server records requests. It is safe for concurrent use.
type Server struct {
	db     *pgxpool.Pool
	tokens *auth.Tokens
}

//go:embed schema.sql
var schema string

// connections is how many transactions may be open at once: as many as the
// program measured has, of which PostgreSQL commits several with one flush.
const connections = 32

// Open makes the tables in an empty database: those of tokens with the program's
// own migrations. Close the server.
func Open(ctx context.Context, url string) (*Server, error) {
	if err := migrations.Up(ctx, url); err != nil {
		return nil, err
	}
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("read database URL: %w", err)
	}
	config.MaxConns, config.MinConns = connections, connections
	config.ConnConfig.RuntimeParams["search_path"] = "peer,public"
	db, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	if _, err := db.Exec(ctx, "CREATE SCHEMA peer; "+schema); err != nil {
		db.Close()
		return nil, fmt.Errorf("make the peer's tables: %w", err)
	}
	return &Server{db: db, tokens: &auth.Tokens{DB: db, Now: time.Now}}, nil
}

// Close gives the connections back.
func (s *Server) Close() { s.db.Close() }

// Handler is the service: PUT /api/v1/visure/{id}, and /metrics.
func (s *Server) Handler() http.Handler {
	r := chi.NewRouter()
	r.Put("/api/v1/visure/{id}", s.put)
	r.Handle("/metrics", promhttp.Handler())
	return r
}

// longest is how many bytes a body may have.
const longest = 64 << 10

func (s *Server) put(w http.ResponseWriter, r *http.Request) {
	by, err := s.tokens.Authenticate(r.Context(), r.Header.Get("Authorization"))
	if errors.Is(err, auth.ErrUnknown) {
		w.Header().Set("WWW-Authenticate", "Bearer")
		answer(w, http.StatusUnauthorized, problem{Status: http.StatusUnauthorized})
		return
	}
	var asked request
	if err == nil {
		asked, err = read(chi.URLParam(r, "id"), http.MaxBytesReader(w, r.Body, longest))
	}
	if err == nil {
		err = s.record(r.Context(), by, asked)
	}
	if err != nil {
		refuse(w, err)
		return
	}
	w.Header().Set("Location", r.URL.Path)
	answer(w, http.StatusAccepted, struct {
		ID string `json:"id"`
	}{string(asked.id)})
}

// problem is an answer that is no success.
type problem struct {
	Status int    `json:"status"`
	Field  string `json:"field,omitempty"`
	Detail string `json:"detail,omitempty"`
}

var statuses = map[domain.Code]int{
	domain.Invalid: http.StatusUnprocessableEntity, domain.Forbidden: http.StatusForbidden, domain.Conflict: http.StatusConflict,
}

func refuse(w http.ResponseWriter, err error) {
	var refusal *domain.Error
	if errors.As(err, &refusal) && statuses[refusal.Code] != 0 {
		answer(w, statuses[refusal.Code], problem{statuses[refusal.Code], refusal.Field, refusal.Message})
		return
	}
	slog.Error("a request failed", "err", err)
	answer(w, http.StatusInternalServerError, problem{Status: http.StatusInternalServerError})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a caller who left needs no answer
}
