package node_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// childDir is the environment variable that makes the test program serve a node on
// the directory it names, and run no test.
const childDir = "VISURE_TEST_NODE_DIR"

// beChild serves until standard input ends.
func beChild(dir string) error {
	n, err := node.Open(node.Options{Dir: dir})
	if err != nil {
		return err
	}
	if err := n.Start("127.0.0.1:0"); err != nil {
		return err
	}
	fmt.Println(n.ConnectionString())
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	return n.Close()
}

// child is a node in a process of its own, which can be killed and whose memory can
// be measured.
type child struct {
	t          testing.TB
	cmd        *exec.Cmd
	stdin      io.Closer
	connection string
}

func startChild(t testing.TB, dir string) *child {
	t.Helper()
	c := &child{t: t, cmd: exec.Command(os.Args[0])}
	c.cmd.Env = append(os.Environ(), childDir+"="+dir)
	c.cmd.Stderr = os.Stderr
	var err error
	if c.stdin, err = c.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the node did not start: %v", err)
	}
	c.connection = strings.TrimSpace(line)
	return c
}

// kill is kill -9.
func (c *child) kill() {
	if c.cmd.ProcessState == nil {
		c.cmd.Process.Kill()
		c.cmd.Wait()
	}
}

// stop closes the node and waits for the process.
func (c *child) stop() {
	c.t.Helper()
	c.stdin.Close()
	if err := c.cmd.Wait(); err != nil {
		c.t.Fatal(err)
	}
}

func (c *child) client() *esdb.Client {
	c.t.Helper()
	config, err := esdb.ParseConnectionString(c.connection)
	if err != nil {
		c.t.Fatal(err)
	}
	config.Logger = esdb.NoopLogging()
	client, err := esdb.NewClient(config)
	if err != nil {
		c.t.Fatal(err)
	}
	return client
}

// resident is the memory of the process in MB, now and at most so far.
func (c *child) resident() (now, most int) {
	c.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.cmd.Process.Pid))
	if err != nil {
		c.t.Skipf("this system does not tell the memory of a process: %v", err)
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		kB, _ := strconv.Atoi(fields[1])
		switch fields[0] {
		case "VmRSS:":
			now = kB >> 10
		case "VmHWM:":
			most = kB >> 10
		}
	}
	return now, most
}
