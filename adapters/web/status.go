package web

import (
	"context"
	"net/http"
	"strconv"
)

// Status says how the service fares.
type Status struct {
	Status  string            `json:"status" example:"ok"`
	Version string            `json:"version" example:"0.1.0"`
	Parts   map[string]string `json:"parts"`
}

type statusOutput struct {
	Status int
	Retry  string `header:"Retry-After" doc:"Secondi dopo i quali riprovare, se qualche parte non va"`
	Body   Status
}

// status asks every part how it fares. Why a part does not is for the log.
func (s *Server) status(ctx context.Context, _ *struct{}) (*statusOutput, error) {
	out := &statusOutput{Status: http.StatusOK, Body: Status{Status: "ok", Version: s.Version, Parts: map[string]string{}}}
	for part, err := range s.Health(ctx) {
		out.Body.Parts[part] = "ok"
		if err != nil {
			s.Log.Warn("part does not fare well", "part", part, "err", err)
			out.Body.Parts[part], out.Body.Status = "ko", "degraded"
			out.Status, out.Retry = http.StatusServiceUnavailable, strconv.Itoa(pause)
		}
	}
	return out, nil
}
