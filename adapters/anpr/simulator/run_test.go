package simulator_test

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
)

func TestRunSaysWhereItIsAndStopsWhenAsked(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	r, w := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- simulator.Run(ctx, simulator.Options{People: 500, Seed: 3, Admin: "127.0.0.1:0", Data: t.TempDir()}, w, slog.New(slog.DiscardHandler))
		w.Close()
	}()
	buf := make([]byte, 4096)
	n, err := r.Read(buf)
	if err != nil || !strings.Contains(string(buf[:n]), "https://127.0.0.1:") {
		t.Fatalf("%q %v", buf[:n], err)
	}
	go io.Copy(io.Discard, r)
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("still running")
	}
}
