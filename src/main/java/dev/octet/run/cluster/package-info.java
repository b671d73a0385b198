/**
 * What a run asks of a log whose rows lie on a cluster. The side that trains and the side that reads rows have class paths of
 * their own: only types of this package and of the JDK pass between them.
 */
package dev.octet.run.cluster;
