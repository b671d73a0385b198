package dev.octet.feature;

import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.metadata.StringMetaData;
import org.datavec.api.transform.transform.BaseColumnTransform;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;

/** Replaces a browser or operating system by its family. */
final class FamilyTransform extends BaseColumnTransform {
    private static final long serialVersionUID = 1L;

    /** For DataVec, which fills in the fields. */
    FamilyTransform() {}

    FamilyTransform(String columnName) {
        super(columnName);
    }

    @Override
    public ColumnMetaData getNewColumnMetaData(String newName, ColumnMetaData oldColumnType) {
        return new StringMetaData(newName);
    }

    @Override
    public Writable map(Writable nameAndVersion) {
        return new Text(ClientFamily.of(nameAndVersion.toString()));
    }

    @Override
    public Object map(Object nameAndVersion) {
        return ClientFamily.of(nameAndVersion.toString());
    }

    @Override
    public String toString() {
        return "FamilyTransform(" + columnName + ")";
    }
}
