package main

import (
	"net/http/httptest"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

func TestProfilesAreServedOnlyWhenWanted(t *testing.T) {
	for wanted, answers := range map[bool]map[string]int{
		false: {"/metrics": 200, "/debug/pprof/": 404, "/debug/pprof/heap": 404, "/debug/pprof/cmdline": 404},
		true:  {"/metrics": 200, "/debug/pprof/": 200, "/debug/pprof/heap": 200, "/debug/pprof/cmdline": 404},
	} {
		server := httptest.NewServer(figures(prometheus.NewRegistry(), wanted))
		defer server.Close()
		for path, want := range answers {
			resp, err := server.Client().Get(server.URL + path)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != want {
				t.Errorf("profiles wanted: %v; %s is answered with %d, want %d", wanted, path, resp.StatusCode, want)
			}
		}
	}
}
