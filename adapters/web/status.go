package web

import (
	"context"
	"net/http"
)

// Status says how the service fares.
type Status struct {
	Status  string            `json:"status" example:"ok" doc:"ok, oppure degraded se qualche parte non va"`
	Version string            `json:"version"`
	Parts   map[string]string `json:"parts" doc:"Ciascuna parte: ok oppure ko"`
}

type statusOutput struct {
	Status int
	Body   Status
}

// status asks every part how it fares. Why a part does not is for the log.
func (s *Server) status(ctx context.Context, _ *struct{}) (*statusOutput, error) {
	out := &statusOutput{Status: http.StatusOK, Body: Status{Status: "ok", Version: s.Version, Parts: map[string]string{}}}
	for part, err := range s.Health(ctx) {
		out.Body.Parts[part] = "ok"
		if err != nil {
			s.Log.Warn("part does not fare well", "part", part, "err", err)
			out.Body.Parts[part], out.Body.Status, out.Status = "ko", "degraded", http.StatusServiceUnavailable
		}
	}
	return out, nil
}
