package postgres

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"time"
)

// superuser is the role initdb makes; only this package signs in as it.
const superuser = "postgres"

// defaults are the server's parameters: durable, small, quiet about data.
var defaults = map[string]string{
	"listen_addresses":                "",
	"unix_socket_directories":         ".", // relative to the data folder
	"unix_socket_permissions":         "0700",
	"port":                            "5432", // only names the socket
	"fsync":                           "on",
	"synchronous_commit":              "on",
	"full_page_writes":                "on",
	"shared_buffers":                  "64MB",
	"max_connections":                 "100",
	"max_wal_size":                    "512MB",
	"checkpoint_timeout":              "15min",
	"max_parallel_workers_per_gather": "0",
	"jit":                             "off",
	"autovacuum_naptime":              "10s",   // lists of a table that has just grown are planned without statistics
	"log_error_verbosity":             "terse", // details of errors quote rows
	"log_checkpoints":                 "off",
	"timezone":                        "UTC",
	"log_timezone":                    "UTC",
}

// recipe is how initdb makes a data folder.
var recipe = []string{"--username=" + superuser, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"}

// server is a postgres process that is our child.
type server struct {
	process *os.Process
	done    chan struct{}
}

// initialise makes the data folder under another name first, so that it is
// there complete or not at all.
func (c *Cluster) initialise(ctx context.Context, bin binaries) error {
	fresh := c.data + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return fmt.Errorf("clear an unfinished data folder: %w", err)
	}
	if err := os.Mkdir(fresh, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	who, err := ownerFor(fresh)
	if err != nil {
		return err
	}
	if who != nil {
		if err := os.Chown(fresh, int(who.Uid), int(who.Gid)); err != nil {
			return fmt.Errorf("give the data folder away: %w", err)
		}
	}
	cmd, folder, err := command(ctx, filepath.Join(bin.dir, "initdb"), fresh, who, recipe...)
	if err != nil {
		return err
	}
	defer folder.Close()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	if err := os.Rename(fresh, c.data); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	return nil
}

// launch starts the server without waiting for it to answer.
func (c *Cluster) launch(bin binaries, settings map[string]string) (*server, error) {
	who, err := ownerFor(c.data)
	if err != nil {
		return nil, err
	}
	all := maps.Clone(defaults)
	maps.Copy(all, settings)
	all["cluster_name"] = c.mark()
	var args []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		args = append(args, "-c", name+"="+all[name])
	}
	cmd, folder, err := command(context.Background(), filepath.Join(bin.dir, "postgres"), c.data, who, args...)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	log, err := openLog(c.logPath())
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	return spawn(cmd)
}

// spawn starts a process that gets an interrupt, which is a fast shutdown, when
// this process ends. The kernel sends it when the thread that started the process
// ends, so one thread is kept for as long as the process runs.
func spawn(cmd *exec.Cmd) (*server, error) {
	dieWithParent(cmd.SysProcAttr)
	s := &server{done: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		s.process = cmd.Process
		started <- err
		if err == nil {
			_ = cmd.Wait() // how it ended stands in its log
			close(s.done)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	return s, nil
}

func (s *server) stop(patience time.Duration) error {
	for _, step := range []struct {
		signal syscall.Signal
		wait   time.Duration
	}{{syscall.SIGINT, patience}, {syscall.SIGQUIT, patience}} {
		if err := s.process.Signal(step.signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("stop postgres: %w", err)
		}
		select {
		case <-s.done:
			return nil
		case <-time.After(step.wait):
		}
	}
	return fmt.Errorf("stop postgres: process %d does not end", s.process.Pid)
}

// command prepares a program of PostgreSQL on a data folder.
//
// As another user the folder is passed open, as file descriptor 3: a server that
// is not root may lack permission on the folders above (/root, say), but may
// enter an open folder that it owns. The caller closes the folder after the start.
// The end of ctx kills the program.
func command(ctx context.Context, program, data string, who *syscall.Credential, args ...string) (*exec.Cmd, *os.File, error) {
	folder, err := os.Open(data)
	if err != nil {
		return nil, nil, fmt.Errorf("open the data folder: %w", err)
	}
	cmd := exec.CommandContext(ctx, program)
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"}
	// Its own process group: Ctrl-C in a terminal is for us to handle, and the
	// database must be the last to go.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: who}
	cmd.ExtraFiles = []*os.File{folder}
	if who != nil && runtime.GOOS == "linux" {
		data = "/proc/self/fd/3"
	}
	cmd.Args = append(append(cmd.Args, "-D", data), args...)
	return cmd, folder, nil
}
