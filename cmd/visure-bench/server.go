package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// server is a program that serves in a process of its own: the one measured, with
// the event store and the ANPR simulator in it, or its peer.
type server struct {
	*child
	url, metrics string
	token        string        // of the operator who asks
	started      time.Duration // from its start until it was ready
}

// What a server says, at the beginning of a line.
const (
	saysServer  = "server       "
	saysMetrics = "metrics      "
	saysReady   = "READY"
)

// tokensFile is where a server leaves tokens, by role, among its data.
const tokensFile = "demo-tokens.json"

// population is whom the simulator invents; who makes it again from these two
// knows its people.
const (
	populationSize = 20000
	populationSeed = 1
)

// demo is `visure run`: the server, its PostgreSQL, its event store and the ANPR
// simulator, which stands in the same process and answers at once.
type demo struct {
	program string
	data    string // folder
	install bool   // PostgreSQL, if it is missing
	people  int    // whom the simulator knows
	idle    bool   // nobody carries on what is asked for: it is only recorded
}

// start runs it and waits until it is ready. Stop what it returns.
func (d demo) start(ctx context.Context) (*server, error) {
	cmd := exec.Command(d.program, "run", "--data", d.data, "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0",
		"--people", strconv.Itoa(d.people), "--seed", strconv.Itoa(populationSeed))
	if d.idle {
		cmd.Args = append(cmd.Args, "--workers", "0")
	}
	if d.install {
		cmd.Args = append(cmd.Args, "--install")
	}
	return start(ctx, cmd, d.data)
}

// startPeer runs the peer on data in a folder. Stop what it returns.
func startPeer(ctx context.Context, data string) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return start(ctx, exec.Command(self, "peer", "--data", data), data)
}

func start(ctx context.Context, cmd *exec.Cmd, data string) (*server, error) {
	said, to, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = to, to
	began := time.Now()
	c, err := spawn(cmd)
	to.Close()
	if err != nil {
		said.Close()
		return nil, fmt.Errorf("%w; `make build` builds it", err)
	}
	s := &server{child: c}
	if err := s.awaitReady(ctx, said); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	s.started = time.Since(began)
	go func() {
		io.Copy(io.Discard, said)
		said.Close()
	}()
	if err := s.signIn(data); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

// awaitReady reads what the program says until it is ready: where it listens is
// among that.
func (s *server) awaitReady(ctx context.Context, said io.Reader) error {
	defer context.AfterFunc(ctx, func() { s.stop() })()
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), saysServer); ok {
			s.url = url
		}
		if url, ok := strings.CutPrefix(lines.Text(), saysMetrics); ok {
			s.metrics = url
		}
		if lines.Text() == saysReady {
			return nil
		}
		fmt.Fprintln(os.Stderr, lines.Text())
	}
	return errors.Join(errors.New("the server ended before it was ready"), ctx.Err(), lines.Err())
}

// signIn reads the operator's token.
func (s *server) signIn(data string) error {
	text, err := os.ReadFile(filepath.Join(data, tokensFile))
	if err != nil {
		return err
	}
	var tokens map[domain.Role]string
	if err := json.Unmarshal(text, &tokens); err != nil {
		return fmt.Errorf("read tokens: %w", err)
	}
	s.token = tokens[domain.RoleStandard]
	return nil
}

// get returns the body of an answer that is well; the token is sent if there is
// one.
func get(ctx context.Context, url, token string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		return nil, &answered{resp.StatusCode, url}
	}
	return body, err
}

// answered is an answer that is not well.
type answered struct {
	status int
	url    string
}

func (a *answered) Error() string { return fmt.Sprintf("GET %s: %d", a.url, a.status) }
