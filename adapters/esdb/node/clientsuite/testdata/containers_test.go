// The part of the client's tests that starts servers, with nodes in this process
// in the place of containers.
package esdb_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/goombaio/namegenerator"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

var NAME_GENERATOR = namegenerator.NewNameGenerator(0)

// Container is a node, under the name the tests know servers by.
type Container struct {
	Endpoint string
	node     *node.Node
}

func (c *Container) Close() {
	if err := c.node.Close(); err != nil {
		panic(err)
	}
}

func GetEnvOrDefault(key, otherwise string) string {
	if value, ok := os.LookupEnv(key); ok {
		return value
	}
	return otherwise
}

func IsESDBVersion20() bool { return false }

func insecure() bool { return GetEnvOrDefault("EVENTSTORE_INSECURE", "true") == "true" }

func GetClient(t *testing.T, c *Container) *esdb.Client {
	if insecure() {
		return CreateClient(fmt.Sprintf("esdb://%s?tls=false", c.Endpoint), t)
	}
	return CreateClient(fmt.Sprintf("esdb://admin:changeit@%s?tlsverifycert=false&tls=true", c.Endpoint), t)
}

func CreateClient(connection string, t *testing.T) *esdb.Client {
	config, err := esdb.ParseConnectionString(connection)
	if err != nil {
		t.Fatal(err)
	}
	client, err := esdb.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// CreateEmptyDatabase has no event, but for a user as a real server has them.
func CreateEmptyDatabase(t *testing.T) (*Container, *esdb.Client) {
	c := start(t, t.TempDir())
	client := GetClient(t, c)
	event := esdb.EventData{EventType: "$User", ContentType: esdb.ContentTypeBinary, Data: []byte("admin")}
	if _, err := client.AppendToStream(context.Background(), "$users", esdb.AppendToStreamOptions{}, event); err != nil {
		t.Fatal(err)
	}
	WaitForAdminToBeAvailable(t, client)
	return c, client
}

// CreatePopulatedDatabase has the events that the tests' resources tell of.
func CreatePopulatedDatabase(t *testing.T) (*Container, *esdb.Client) {
	dir := filepath.Join(t.TempDir(), "populated")
	if err := os.CopyFS(dir, os.DirFS("../populated")); err != nil {
		t.Fatal(err)
	}
	c := start(t, dir)
	return c, GetClient(t, c)
}

func start(t *testing.T, dir string) *Container {
	options := node.Options{Dir: dir}
	if !insecure() {
		certificate, err := tls.LoadX509KeyPair("../certs/node/node.crt", "../certs/node/node.key")
		if err != nil {
			t.Fatal(err)
		}
		options.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
		options.Users = []node.User{{Name: "admin", Password: "changeit", Groups: []string{node.Admins}}}
	}
	n, err := node.Open(options)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	return &Container{Endpoint: fmt.Sprintf("localhost:%d", n.Addr().(*net.TCPAddr).Port), node: n}
}

// WaitForAdminToBeAvailable reads the first user.
func WaitForAdminToBeAvailable(t *testing.T, client *esdb.Client) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	users, err := client.ReadStream(ctx, "$users", esdb.ReadStreamOptions{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer users.Close()
	if _, err := users.Recv(); err != nil {
		t.Fatal(err)
	}
}
