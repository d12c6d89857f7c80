package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
	"github.com/visure-anagrafiche/visure/unixsocket"
)

// Keep opens the data in a folder, which must exist, or connects to the node that
// has it open, if that called Administer. readOnly matters in the first case alone.
func Keep(dir string, readOnly bool) (Keeper, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("open the event store: %w", err)
	}
	d, err := OpenData(dir, readOnly)
	if !errors.Is(err, journal.ErrInUse) {
		if err != nil {
			return nil, err
		}
		return d, nil
	}
	return &remote{http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return unixsocket.Dial(ctx, dir, adminSocket)
		},
	}}}, nil
}

// remote implements Keeper for a node in another process, by HTTP over its admin
// socket.
type remote struct{ client http.Client }

func (r *remote) call(ctx context.Context, method, path string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://node"+path, nil)
	if err != nil {
		return nil, err
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask the process that has the folder open: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		resp.Body.Close()
		return nil, fmt.Errorf("the process that has the folder open answers %s", resp.Status)
	}
	return resp, nil
}

func ask[T any](ctx context.Context, r *remote, method, path string) (T, error) {
	var reply adminReply[T]
	resp, err := r.call(ctx, method, path)
	if err != nil {
		return reply.Result, err
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&reply); err != nil {
		return reply.Result, fmt.Errorf("ask the process that has the folder open: %w", err)
	}
	switch {
	case reply.Damage != "":
		err = &journal.Damage{Reason: reply.Damage}
	case reply.Error != "":
		err = errors.New(reply.Error)
	}
	return reply.Result, err
}

func (r *remote) Verify(ctx context.Context) (journal.Verified, error) {
	return ask[journal.Verified](ctx, r, "GET", "/verify")
}

func (r *remote) Stats(ctx context.Context) (Stats, error) {
	return ask[Stats](ctx, r, "GET", "/stats")
}

func (r *remote) Scavenge(ctx context.Context) (journal.Scavenged, error) {
	return ask[journal.Scavenged](ctx, r, "POST", "/scavenge")
}

func (r *remote) Backup(ctx context.Context, dir string) error {
	_, err := ask[struct{}](ctx, r, "POST", "/backup?to="+url.QueryEscape(dir))
	return err
}

func (r *remote) Export(ctx context.Context, to io.Writer) error {
	resp, err := r.call(ctx, "GET", "/export")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(to, resp.Body); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

func (r *remote) Close() error { return nil }
