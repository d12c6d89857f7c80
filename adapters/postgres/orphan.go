package postgres

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// mark is the cluster's name. It stands in the command line of the server and
// of each of its processes, which tells them from other programs that were given
// the same process id.
func (c *Cluster) mark() string {
	sum := sha256.Sum256([]byte(c.dir))
	return fmt.Sprintf("visure-%x", sum[:6])
}

// evictOrphan removes what a killed process left behind. We hold the lock, so
// nobody uses the folder: a server still running in it is stopped, and the file of
// a process id that is no PostgreSQL any more is removed. Everything else the
// server repairs itself, or refuses to start with.
func (c *Cluster) evictOrphan(ctx context.Context) error {
	path := filepath.Join(c.data, "postmaster.pid")
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read postmaster.pid: %w", err)
	}
	first, _, _ := bytes.Cut(text, []byte("\n"))
	pid, err := strconv.Atoi(string(first))
	if err != nil || pid <= 1 {
		return fmt.Errorf("postmaster.pid holds no process id: %q", first)
	}
	if bytes.Contains(commandLine(pid), []byte(c.mark())) {
		c.log.Warn("stopping the server left by a process that was killed", "pid", pid)
		if err := c.endServer(ctx, pid); err != nil {
			return err
		}
	}
	// Processes of a server that was killed itself end by themselves, soon.
	if err := c.untilGone(ctx, stopPatience); err != nil {
		return err
	}
	if _, err := os.Stat("/proc/self"); err != nil || bytes.Contains(commandLine(pid), []byte("postgres")) {
		return nil
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("forget the server that was killed: %w", err)
	}
	return nil
}

// endServer stops a server that is not our child: fast, then at once.
func (c *Cluster) endServer(ctx context.Context, pid int) (err error) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT} {
		if err := syscall.Kill(pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stop the server left behind: %w", err)
		}
		if err = c.untilGone(ctx, stopPatience); err == nil || ctx.Err() != nil {
			return err
		}
	}
	return err
}

// untilGone waits until no process bears the cluster's mark.
func (c *Cluster) untilGone(ctx context.Context, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for c.marked() {
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for the server left behind to end: %w", ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
	return nil
}

func (c *Cluster) marked() bool {
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline") // the pattern is well formed
	for _, path := range lines {
		if line, err := os.ReadFile(path); err == nil && bytes.Contains(line, []byte(c.mark())) {
			return true
		}
	}
	return false
}

// commandLine returns how a process was started; nothing when there is none,
// when it has ended unreaped, or when the system does not tell.
func commandLine(pid int) []byte {
	line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return line
}
