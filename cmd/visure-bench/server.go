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
	"syscall"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// server is a running `visure run`: the server, its PostgreSQL, its event store
// and the ANPR simulator, which stands in the same process and answers at once.
type server struct {
	cmd          *exec.Cmd
	url, metrics string
	token        string // of the demo's operator
}

// population is whom the simulator invents; who makes it again from these two
// knows its people.
const (
	populationSize = 20000
	populationSeed = 1
)

// startServer runs the program on data in a folder and waits until it is ready.
// Stop what it returns.
func startServer(ctx context.Context, program, data string, install bool) (*server, error) {
	s := &server{cmd: exec.Command(program, "run", "--data", data, "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0",
		"--people", strconv.Itoa(populationSize), "--seed", strconv.Itoa(populationSeed))}
	if install {
		s.cmd.Args = append(s.cmd.Args, "--install")
	}
	said, to, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	s.cmd.Stdout, s.cmd.Stderr = to, to
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is for us; we stop it
	err = s.cmd.Start()
	to.Close()
	if err != nil {
		said.Close()
		return nil, fmt.Errorf("start %s: %w; `make build` builds it", program, err)
	}
	if err := s.awaitReady(ctx, said); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	go func() {
		io.Copy(io.Discard, said)
		said.Close()
	}()
	return s, s.signIn(ctx, data)
}

// awaitReady reads what the program says until it is ready: where it listens is
// among that.
func (s *server) awaitReady(ctx context.Context, said io.Reader) error {
	ended := context.AfterFunc(ctx, func() { s.cmd.Process.Signal(syscall.SIGTERM) })
	defer ended()
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), "server       "); ok {
			s.url = url
		}
		if url, ok := strings.CutPrefix(lines.Text(), "metrics      "); ok {
			s.metrics = url
		}
		if lines.Text() == "READY" {
			return nil
		}
		fmt.Fprintln(os.Stderr, lines.Text())
	}
	return errors.Join(errors.New("the server ended before it was ready"), ctx.Err(), lines.Err())
}

// signIn asks /status and reads the operator's token.
func (s *server) signIn(ctx context.Context, data string) error {
	if _, err := get(ctx, s.url+"/status"); err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(data, "demo-tokens.json"))
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

// stop lets the server finish what it has in hand, and waits for its end.
func (s *server) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return s.cmd.Wait()
}

// get returns the body of an answer that is well.
func get(ctx context.Context, url string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("GET %s: %s", url, resp.Status)
	}
	return io.ReadAll(resp.Body)
}
