/** The options of every command that raises alerts: their form and their destinations, on one machine and on Spark. */
package dev.octet.serve.destination;
