package dev.octet.feature;

import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.metadata.StringMetaData;
import org.datavec.api.transform.transform.BaseColumnTransform;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;

/** Replaces an address by its version. */
final class AddressVersionTransform extends BaseColumnTransform {
    private static final long serialVersionUID = 1L;

    /** For DataVec, which fills in the fields. */
    AddressVersionTransform() {}

    AddressVersionTransform(String columnName) {
        super(columnName);
    }

    @Override
    public ColumnMetaData getNewColumnMetaData(String newName, ColumnMetaData oldColumnType) {
        return new StringMetaData(newName);
    }

    @Override
    public Writable map(Writable address) {
        return new Text(version(address.toString()));
    }

    @Override
    public Object map(Object address) {
        return version(address.toString());
    }

    private static String version(String address) {
        return FeatureExtractor.ipVersion(AddressTransform.read(address));
    }

    @Override
    public String toString() {
        return "AddressVersionTransform(" + columnName + ")";
    }
}
